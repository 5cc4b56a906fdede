# SPDX-License-Identifier: Apache-2.0
"""What makes an access node register a host: frames sent one by one from a port of the switch, as
a host with that MAC would send them."""

import pytest
from scapy.layers.inet6 import (ICMPv6EchoRequest, ICMPv6MLReport2, ICMPv6ND_NS, ICMPv6ND_RS,
                                ICMPv6NDOptSrcLLAddr, IPv6)
from scapy.layers.l2 import ARP, Ether

import mip4
from netlab import CORRESPONDENT, HOME_AGENT, REALM, wait_until
from wire import RA, RS, Capture, link_socket

MAC = "02:00:00:00:00:77"
LINK_LOCAL = "fe80::ff:fe00:77"
GLOBAL = "2001:db8:1::ff:fe00:77"
NAI = f"020000000077@{REALM}"

FRAMES = {
    "router solicitation": Ether(src=MAC, dst="33:33:00:00:00:02") /
    IPv6(src="::", dst="ff02::2", hlim=255) / ICMPv6ND_RS(),
    "router solicitation with address": Ether(src=MAC, dst="33:33:00:00:00:02") /
    IPv6(src=LINK_LOCAL, dst="ff02::2", hlim=255) / ICMPv6ND_RS() /
    ICMPv6NDOptSrcLLAddr(lladdr=MAC),
    "neighbour solicitation": Ether(src=MAC, dst="33:33:ff:00:00:77") /
    IPv6(src="::", dst="ff02::1:ff00:77", hlim=255) / ICMPv6ND_NS(tgt=LINK_LOCAL),
    "listener report": Ether(src=MAC, dst="33:33:00:00:00:16") /
    IPv6(src=LINK_LOCAL, dst="ff02::16", hlim=1) / ICMPv6MLReport2(),
    "data": Ether(src=MAC, dst="02:4e:4d:34:00:01") /
    IPv6(src=GLOBAL, dst=CORRESPONDENT) / ICMPv6EchoRequest(),
}


@pytest.mark.req("AN-7", "AN-8", "AN-25", "AN-15")
@pytest.mark.parametrize("name", FRAMES)
def test_each_of_these_alone_registers_the_host(running, name):
    core = Capture(running, "ha", "core0")
    access = Capture(running, "an1", "acc0")
    frame = bytes(FRAMES[name])
    link_socket(running, "switch", "an1").send(frame)
    request = core.wait_message(mip4.RRQ).mip4
    assert request.nai == NAI
    assert request.get(mip4.HOA_REQUEST) == mip4.EMPTY
    core.wait_message(mip4.RRP)
    # What was held goes first into the new tunnel, as it came.
    held = core.wait(lambda f: f.tunnelled and f.outer_destination == HOME_AGENT)
    assert held.ip6 == frame[14:]
    # The advertisement comes unasked.
    assert access.wait(lambda f: f.icmp6 == RA and f.source != MAC)


@pytest.mark.req("HA-11", "HA-12", "HA-22", "HA-50")
def test_registration_alone_assigns_no_address(running):
    core = Capture(running, "ha", "core0")
    link_socket(running, "switch", "an1").send(bytes(FRAMES["router solicitation"]))
    reply = core.wait_message(mip4.RRP).mip4
    assert reply.code == 0 and reply.get(mip4.HOA) == mip4.EMPTY and reply.home == "0.0.0.0"
    core.wait(lambda f: f.tunnelled and f.icmp6 == RS)
    binding, = running.show("ha", "bindings")["bindings"]
    assert binding["nai"] == NAI and binding["addresses"] == []


@pytest.mark.req("AN-7")
def test_what_is_not_ipv6_registers_nobody(running):
    core = Capture(running, "ha", "core0", "udp port 434")
    port = link_socket(running, "switch", "an1")
    port.send(bytes(Ether(src=MAC, dst="ff:ff:ff:ff:ff:ff") /
                    ARP(psrc="10.9.9.9", pdst="10.9.9.8")))
    port.send(bytes(Ether(src="02:00:00:00:00:78", dst="33:33:00:00:00:02") /
                    IPv6(src="::", dst="ff02::2", hlim=255) / ICMPv6ND_RS()))
    core.wait_message(mip4.RRP)  # of the second, so the first has been seen too
    assert [m.nai for _, m in core.messages(mip4.RRQ)] == [f"020000000078@{REALM}"]


@pytest.mark.req("AN-16")
def test_an_eager_port_registers_a_known_host_at_link_up(lab):
    lab.set("an1", eager="true", detach_delay="0s")
    lab.start("ha", "an1", "an2")
    lab.plug("mn", "an1")
    lab.wait_address("mn")
    lab.unplug("mn")  # silent from here on
    lab.run("switch", "ip", "link", "set", "an1", "down")
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 10, "the host is deregistered")
    core = Capture(lab, "ha", "core0", "udp port 434")
    access = Capture(lab, "an1", "acc0")
    lab.run("switch", "ip", "link", "set", "an1", "up")
    core.wait_message(mip4.RRQ, lambda m: m.lifetime > 0)
    assert not access.first(lambda f: f.source == "02:00:00:00:00:01")
