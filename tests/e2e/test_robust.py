# SPDX-License-Identifier: Apache-2.0
"""Whatever arrives and however it is started: a counted drop or a clear sentence."""

import random
import socket
import subprocess

import pytest
from scapy.layers.inet import IP
from scapy.layers.inet6 import ICMPv6EchoRequest, ICMPv6ND_RA, ICMPv6NDOptPrefixInfo, IPv6, UDP
from scapy.layers.l2 import Ether

import mip4
from netlab import CORRESPONDENT, HOME_AGENT, HOST_MAC, build_directory, wait_until
from wire import RA, Capture, link_socket, socket_in, udp_socket

SEED = 1  # the same garbage each time


def daemon(lab, name, *options, before=()):
    return lab.run(name, *before, build_directory() / "netmip4d", *options, check=False, timeout=20)


def total(lab, name):
    return sum(lab.drops(name).values())


@pytest.fixture
def serves(attached):
    """Afterwards the host must still be served, by the same processes."""
    pids = {name: attached.pid(name) for name in ("ha", "an1", "an2")}
    yield attached
    assert attached.ping("mn", CORRESPONDENT) == 3
    for name, pid in pids.items():
        assert (attached.state / f"{name}.pid").read_text().strip() == str(pid)
        assert attached.command(name, "show", "version").returncode == 0


def random_octets():
    source = random.Random(SEED)
    for length in (0, 1, 2, 11, 12, 19, 20, 23, 24, 25, 63, 100, 500, 1400):
        for kind in (None, mip4.RRQ, mip4.RRP, mip4.REVOCATION, mip4.ACK):
            octets = bytearray(source.randbytes(length))
            if kind and octets:
                octets[0] = kind
            yield bytes(octets)


def test_garbage_on_port_434(serves):
    lab = serves
    care_of = lab.show("an1", "attachments")["attachments"][0]["care-of"]
    sender = udp_socket(lab, "core", "0.0.0.0")
    before = {name: total(lab, name) for name in ("ha", "an1")}
    sent = 0
    for octets in random_octets():
        for destination in (HOME_AGENT, care_of):
            sender.sendto(octets, (destination, mip4.PORT))
        sent += 1
    for name in before:
        wait_until(lambda: total(lab, name) - before[name] >= sent, 5, "each is counted")
    assert len(lab.show("ha", "bindings")["bindings"]) == 1


def test_garbage_on_the_access_link(serves):
    lab = serves
    source = random.Random(SEED)
    port = link_socket(lab, "switch", "an1")
    bindings = lab.show("ha", "bindings")["bindings"]
    for length in (46, 47, 60, 86, 100, 500, 1400):
        for _ in range(5):
            port.send(bytes.fromhex("33330000000202000000009986dd") + source.randbytes(length))
            port.send(source.randbytes(14 + length))
    for packet in (IPv6(src="::", dst="ff02::1", plen=4000), IPv6(nh=0, plen=0),
                   IPv6(src="fe80::99", dst="ff02::2", nh=58)):
        port.send(bytes(Ether(src="02:00:00:00:00:99", dst="33:33:00:00:00:02") / packet))
    known = {b["nai"] for b in lab.show("ha", "bindings")["bindings"]}
    assert {b["nai"] for b in bindings} <= known


def test_garbage_in_the_tunnel(serves):
    lab = serves
    care_of = lab.show("an1", "attachments")["attachments"][0]["care-of"]
    raw = socket_in(lab, "core", socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    source = random.Random(SEED)
    before = {name: total(lab, name) for name in ("ha", "an1")}
    for src, dst in ((care_of, HOME_AGENT), (HOME_AGENT, care_of), ("10.1.0.77", HOME_AGENT),
                     ("10.0.1.254", care_of)):
        for length in (0, 1, 39, 40, 41, 100, 1000):
            for head in (b"", b"\x60\0\0\0"):
                packet = IP(src=src, dst=dst, proto=41) / (head + source.randbytes(length))
                raw.sendto(bytes(packet), (dst, 0))
    inner = IPv6(src="::1", dst=CORRESPONDENT) / ICMPv6EchoRequest()
    raw.sendto(bytes(IP(src=care_of, dst=HOME_AGENT, proto=41) / inner), (HOME_AGENT, 0))
    for name in before:
        wait_until(lambda: total(lab, name) > before[name] + 10, 5, "they are counted")


def test_an_advertisement_from_the_hosts_side_goes_no_further(serves):
    """A host that plays router reaches neither the other hosts nor the home link."""
    lab = serves
    home = Capture(lab, "hl", "eth0")
    rogue = (Ether(src=HOST_MAC, dst="33:33:00:00:00:01") /
             IPv6(src="fe80::ff:fe00:1", dst="ff02::1", hlim=255) /
             ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(prefix="2001:db8:bad::", prefixlen=64))
    link_socket(lab, "mn", "eth0").send(bytes(rogue))
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert not home.first(lambda f: f.icmp6 == RA and f.ip6_source == "fe80::ff:fe00:1")


def test_a_tunnelled_packet_from_elsewhere_is_not_let_in(serves):
    lab = serves
    care_of = lab.show("an1", "attachments")["attachments"][0]["care-of"]
    raw = socket_in(lab, "core", socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    upstream, host = Capture(lab, "cn", "eth0"), Capture(lab, "mn", "eth0")
    inner = IPv6(src=lab.address, dst=CORRESPONDENT) / UDP(sport=7, dport=7) / b"forged"
    raw.sendto(bytes(IP(src="10.1.0.77", dst=HOME_AGENT, proto=41) / inner), (HOME_AGENT, 0))
    inner = IPv6(src=CORRESPONDENT, dst=lab.address) / UDP(sport=7, dport=7) / b"forged"
    raw.sendto(bytes(IP(src="10.0.1.254", dst=care_of, proto=41) / inner), (care_of, 0))
    for name in ("ha", "an1"):
        wait_until(lambda: lab.drops(name)["tunnel-unknown"] >= 1, 3, "it is counted")
    for capture in (upstream, host):
        assert not capture.first(lambda f: f.ip6 and b"forged" in f.ip6)


def test_a_second_daemon_is_refused(serves):
    lab = serves
    done = daemon(lab, "an1", "-c", lab.state / "an1.yaml")
    assert done.returncode != 0
    assert str(lab.state / "an1.sock") in done.stderr


def test_without_privileges_there_is_one_clear_sentence(lab):
    done = daemon(lab, "ha", "-c", lab.state / "ha.yaml",
                  before=("setpriv", "--bounding-set=-all", "--inh-caps=-all"))
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and "root" in lines[0] or "CAP_" in lines[-1]


@pytest.mark.req("HA-46", "EXT-12")
def test_mistakes_in_the_configuration_are_named_with_their_lines(lab):
    path = lab.state / "ha.yaml"
    lines = path.read_text().replace("prefix: 2001:db8:1::/64", "prefix: 2001:db8:1::/63")
    path.write_text(lines.replace("lifetime-max: 10m", "lifetime-max: soon"))
    wrong = [1 + i for i, line in enumerate(path.read_text().splitlines())
             if "/63" in line or "soon" in line]
    for options in (("--check", "-c", path), ("-c", path)):
        done = daemon(lab, "ha", *options)
        assert done.returncode != 0
        for line in wrong:
            assert f"ha.yaml:{line}:" in done.stderr


def test_a_right_configuration_passes_the_check(lab):
    for name in ("ha", "an1"):
        assert daemon(lab, name, "--check", "-c", lab.state / f"{name}.yaml").returncode == 0


def test_keys_that_others_can_read_are_refused(lab):
    (lab.state / "keys").chmod(0o644)
    done = daemon(lab, "ha", "-c", lab.state / "ha.yaml")
    assert done.returncode != 0 and "0600" in done.stderr


def test_ipv6_of_the_access_link_itself_is_off_while_the_daemon_runs(lab):
    def setting():
        return lab.run("an1", "sysctl", "-n", "net.ipv6.conf.acc0.disable_ipv6").stdout.strip()

    lab.run("an1", "sysctl", "-qw", "net.ipv6.conf.acc0.disable_ipv6=0")
    lab.start("an1")
    assert setting() == "1" and "acc0/disable_ipv6" in lab.log("an1")
    lab.stop("an1")
    assert setting() == "0"


def test_an_interface_that_does_not_exist_is_named(lab):
    lab.set("ha", upstream="nosuch0")
    done = daemon(lab, "ha", "-c", lab.state / "ha.yaml")
    assert done.returncode != 0 and "nosuch0" in done.stderr


def test_a_reload_takes_over_what_it_can_and_says_what_not(attached):
    lab = attached
    lab.set("ha", lifetime_max="5m")
    before = len(lab.log("ha"))
    subprocess.run(["kill", "-HUP", str(lab.pid("ha"))], check=True)
    wait_until(lambda: "lifetime-max" in lab.log("ha")[before:], 5, "the log names the key")
    assert lab.ping("mn", CORRESPONDENT) == 3
