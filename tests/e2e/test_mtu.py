# SPDX-License-Identifier: Apache-2.0
"""Path MTU: big transfers over links of ordinary and of unusual size, without any setting on the
host."""

import json
import subprocess

import pytest
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Ether

from conftest import NODES
from netlab import CORRESPONDENT, HOME_HOST, HOST_MAC, Transfer, intact, iperf
from wire import TOO_BIG, Capture, link_socket

FILE = 20000000  # octets: thousands of packets


def attach(lab):
    lab.start(*NODES)
    lab.plug("mn", "an1")
    return lab.wait_address("mn")


def fetch_both_ways(lab, server="cn", address=CORRESPONDENT, port=8080):
    """A large file each way at once; both must arrive whole."""
    transfer = Transfer(lab, server, address, "mn", size=FILE, port=port)
    server_saw, client_saw = transfer.finish()
    assert intact(server_saw, client_saw) and intact(client_saw, server_saw)
    assert server_saw["sent"] == FILE


def host_mtu(lab, host="mn"):
    return int(lab.run(host, "sysctl", "-n", "net.ipv6.conf.eth0.mtu").stdout)


def test_a_large_file_over_a_core_of_1500(make_lab):
    lab = make_lab()
    attach(lab)
    assert host_mtu(lab) == 1480
    fetch_both_ways(lab)
    fetch_both_ways(lab, "hl", HOME_HOST)


@pytest.mark.parametrize("mtu", [1400, 1280])
def test_a_large_file_over_a_narrow_core(make_lab, mtu):
    lab = make_lab(mtu=mtu)
    attach(lab)
    assert host_mtu(lab) == max(1280, mtu - 20)
    fetch_both_ways(lab)


@pytest.mark.parametrize("mtu", [1400, 1280])
def test_a_large_file_over_one_narrow_hop_that_nobody_knows_of(make_lab, mtu):
    lab = make_lab(narrow=mtu)
    attach(lab)
    fetch_both_ways(lab)


@pytest.mark.parametrize("narrow", [None, 1280])
def test_packets_of_every_size_arrive_whole(make_lab, narrow):
    lab = make_lab(narrow=narrow)
    address = attach(lab)
    for size in (1, 1200, 1232, 1233, 1400, 1432, 1433, 1452, 4000):
        lab.ping("mn", CORRESPONDENT, 3, "-s", str(size))  # the first ones may meet the limit
        assert lab.ping("mn", CORRESPONDENT, 3, "-s", str(size)) == 3, size
        assert lab.ping("cn", address, 3, "-s", str(size)) == 3, size


def test_a_correspondent_that_sends_too_much_is_told(attached):
    lab = attached
    seen = Capture(lab, "cn", "eth0")
    lab.ping("cn", lab.address, 3, "-s", "1452", "-M", "do")
    error = seen.wait(lambda f: f.icmp6 == TOO_BIG, what="Packet Too Big")
    assert int.from_bytes(error.ip6[44:48], "big") == 1480
    assert lab.ping("cn", lab.address, 3, "-s", "1432", "-M", "do") == 3


def test_a_host_that_sends_too_much_is_told_by_its_router(attached):
    lab = attached
    router = lab.run("mn", "ip", "-6", "route", "show", "default").stdout.split()[2]
    seen = Capture(lab, "an1", "acc0")
    neighbour, = json.loads(lab.run("mn", "ip", "-j", "-6", "neigh").stdout)
    packet = IPv6(src=lab.address, dst=CORRESPONDENT) / ICMPv6EchoRequest(data=bytes(1452))
    frame = Ether(src=HOST_MAC, dst=neighbour["lladdr"]) / packet
    link_socket(lab, "mn", "eth0").send(bytes(frame))
    error = seen.wait(lambda f: f.icmp6 == TOO_BIG, what="Packet Too Big")
    assert int.from_bytes(error.ip6[44:48], "big") == 1480
    assert error.ip6_source == router


@pytest.mark.parametrize("direction", ["up", "down"])
def test_super_packets_pass_whole(attached, direction):
    lab = attached
    options = ("-R",) if direction == "down" else ()
    node = "an1" if direction == "up" else "ha"
    sender = "src net 10.1.0.0/16" if direction == "up" else "src host 192.0.2.1"
    seen = lab.popen(node, "tcpdump", "-n", "-c", "20", "-s", "96", "-w", lab.state / "tso.pcap",
                     "-Q", "out", "-i", "core0", f"ip proto 41 and {sender} and greater 8000",
                     stderr=subprocess.PIPE)
    assert "listening" in seen.stderr.readline()
    iperf(lab, "mn", "cn", CORRESPONDENT, "-t", "1", *options)
    seen.wait(timeout=5)  # ends by itself when it has seen that many


def test_udp_at_a_modest_rate_loses_nothing(attached):
    for direction in ((), ("-R",)):
        end = iperf(attached, "mn", "cn", CORRESPONDENT, "-u", "-b", "4M", "-l", "1200", "-t", "1",
                    *direction)
        assert end["sum"]["lost_packets"] == 0, json.dumps(end["sum"])
