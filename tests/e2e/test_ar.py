# SPDX-License-Identifier: Apache-2.0
"""An access router as its hosts, their correspondents and operators meet it."""

import re
import socket

import pytest
from scapy.layers.inet6 import UDP, IPv6
from scapy.layers.l2 import Ether

import clients
import mip4
from netlab import CORRESPONDENT, HOST_MAC, HOST_NAI, Pings, Transfer, intact, wait_until
from wire import TOO_BIG, UNREACHABLE, Capture, link_socket

ROUTER = "fe80::1"
ROUTER_MAC = "02:4e:4d:34:00:01"


@pytest.fixture
def served(routers):
    """The host has its address by DHCPv6 at ar1 (served.address)."""
    routers.plug("mn", "ar1")
    routers.client, routers.address = clients.requests_address(routers, "mn")
    return routers


def bindings(lab):
    return lab.show("ha", "bindings")["bindings"]


def states(lab, router="ar1"):
    return [a["state"] for a in lab.show(router, "attachments")["attachments"]]


def test_the_host_sees_one_router_everywhere(served):
    lab = served
    routes = lab.run("mn", "ip", "-6", "route", "show", "default").stdout
    assert f"via {ROUTER} dev eth0" in routes
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert ROUTER_MAC in lab.run("mn", "ip", "-6", "neigh", "show", ROUTER).stdout


@pytest.mark.parametrize("what, node, asked, role", (
    ("leases", "ar1", "ha", "access router"), ("dhcp6", "ar1", "ha", "access router"),
    ("sessions", "ar1", "ha", "access router"), ("pppoe", "ar1", "ha", "access router"),
    ("attachments", "ar1", "ha", "access node or access router"),
    ("bindings", "ha", "ar1", "home agent"), ("pools", "ha", "ar1", "home agent")))
def test_who_is_asked_for_what_others_know_says_so(routers, what, node, asked, role):
    done = routers.command(asked, "show", what, check=False)
    assert done.returncode == 1 and f"this netmip4d is no {role}" in done.stderr
    assert routers.command(node, "show", what).returncode == 0


def test_each_hop_is_told(served):
    """The router is the first, the home agent the second."""
    lab = served
    for limit, who in ((1, ROUTER), (2, "2001:db8:1::1")):
        done = lab.run("mn", "ping", "-n", "-c", "1", "-W", "2", "-t", limit, CORRESPONDENT, check=False)
        assert re.search(rf"From {who}\S* .*Time exceeded", done.stdout), done.stdout
    assert lab.ping("mn", CORRESPONDENT, 1, "-t", "3") == 1


def test_a_packet_too_big_for_the_tunnel_is_told(served):
    lab = served
    access = Capture(lab, "ar1", "acc0")
    big = Ether(src=HOST_MAC, dst=ROUTER_MAC) / IPv6(src=lab.address, dst=CORRESPONDENT) / \
        UDP(sport=1, dport=9) / bytes(1500 - 48)
    link_socket(lab, "mn", "eth0").send(bytes(big))
    answer = access.wait(lambda f: f.icmp6 == TOO_BIG and f.destination == HOST_MAC)
    assert socket.inet_ntop(socket.AF_INET6, answer.ip6[8:24]) == ROUTER
    assert int.from_bytes(answer.ip6[44:48], "big") == 1480


@pytest.mark.req("AR-36", "AR-37")
def test_tcp_passes_intact_and_its_super_packets_whole(served):
    lab = served
    transfer = Transfer(lab, "cn", CORRESPONDENT, "mn", size=30_000_000)
    server, client = transfer.finish()
    assert intact(server, client) and intact(client, server)
    tunnel, = lab.show("ar1", "tunnels")["tunnels"]
    for way in ("from-host", "to-host"):
        assert tunnel[way]["bytes"] / tunnel[way]["packets"] > 3000, tunnel


@pytest.mark.req("HA-29")
def test_a_wrong_source_is_dropped_counted_and_told(served):
    lab = served
    before = lab.drops("ar1")["source-wrong"]
    access, core = Capture(lab, "ar1", "acc0"), Capture(lab, "ar1", "core0")
    wrong = Ether(src=HOST_MAC, dst=ROUTER_MAC) / IPv6(src="2001:db8:3::bad", dst=CORRESPONDENT) / \
        UDP(sport=1, dport=9)
    link_socket(lab, "mn", "eth0").send(bytes(wrong))
    access.wait(lambda f: f.icmp6 == UNREACHABLE and f.destination == HOST_MAC)
    assert lab.drops("ar1")["source-wrong"] == before + 1
    assert not core.frames(lambda f: f.tunnelled)


def test_another_hosts_source_is_dropped_counted_and_told(served):
    lab = served
    lab.add_host("mn2", 2)
    lab.plug("mn2", "ar1")
    clients.requests_address(lab, "mn2")
    before = lab.drops("ar1")["source-wrong"]
    access, core = Capture(lab, "ar1", "acc0"), Capture(lab, "ar1", "core0")
    mac = lab.mac("mn2", "eth0")
    stolen = Ether(src=mac, dst=ROUTER_MAC) / IPv6(src=lab.address, dst=CORRESPONDENT) / \
        UDP(sport=1, dport=9)
    link_socket(lab, "mn2", "eth0").send(bytes(stolen))
    access.wait(lambda f: f.icmp6 == UNREACHABLE and f.destination == mac)
    assert lab.drops("ar1")["source-wrong"] == before + 1
    assert not core.frames(lambda f: f.tunnelled)
    assert lab.ping("mn", CORRESPONDENT) == 3


@pytest.mark.req("AR-29")
def test_an_operators_revocation_is_acknowledged_and_ends_the_service(served):
    lab = served
    core = Capture(lab, "ar1", "core0")
    lab.command("ha", "revoke", HOST_NAI)
    core.wait_message(mip4.REVOCATION)
    core.wait_message(mip4.ACK)
    wait_until(lambda: "attached" not in states(lab), 5, "the host is let go")
    assert bindings(lab) == [] and lab.show("ar1", "leases")["leases"] == []
    assert lab.ping("mn", CORRESPONDENT, 1) == 0


@pytest.mark.req("AR-27", "AR-28")
def test_a_host_whose_link_is_lost_is_deregistered_with_its_address(lab):
    for name in ("ar1", "ar2"):
        lab.set(name, detach_delay="1s")
    lab.start("ha", "ar1", "ar2")
    lab.plug("mn", "ar1")
    _, address = clients.requests_address(lab, "mn")
    core = Capture(lab, "ar1", "core0")
    lab.run("ar1", "ip", "link", "set", "acc0", "down")
    request = core.wait_message(mip4.RRQ).mip4
    assert request.lifetime == 0
    assert request.get(mip4.HOA)[1:] == clients.packed(address)
    wait_until(lambda: not bindings(lab), 5, "the home agent let the host go")
    assert not core.messages(mip4.REVOCATION)  # draft 4.4


def test_a_killed_router_comes_back_with_its_hosts(served):
    lab = served
    pings = Pings(lab, "mn", CORRESPONDENT)
    pings.wait_steady(0)
    first = pings.last()
    lab.kill("ar1")
    wait_until(lambda: pings.last() > first + Pings.RATE, 10, "pings are answered meanwhile")
    lab.start("ar1")
    wait_until(lambda: states(lab) == ["attached"], 10, "ar1 knows its host")
    again = pings.last()
    wait_until(lambda: pings.last() > again + Pings.RATE // 2, 10, "pings are answered afterwards")
    assert pings.cost(first, pings.last())[0] == 0
    pings.stop()
    lease, = lab.show("ar1", "leases")["leases"]
    assert lease["address"] == lab.address


def test_a_router_that_is_stopped_deregisters_its_hosts_and_leaves_nothing(served):
    lab = served
    lab.stop("ar1")
    assert bindings(lab) == []
    assert "clsact" not in lab.run("ar1", "tc", "qdisc", "show", "dev", "acc0").stdout
    settings = lab.run("ar1", "ip", "-d", "link", "show", "dev", "acc0").stdout
    assert "promiscuity 0" in settings


