# SPDX-License-Identifier: Apache-2.0
"""Initial network entry, step by step as in Figure 6 of the draft (3.2.2): a stock kernel host is
plugged in, and what went over each wire is read afterwards."""

import hashlib
import time

import pytest
from scapy.layers.inet6 import (ICMPv6ND_RA, ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo,
                                ICMPv6NDOptSrcLLAddr, IPv6)

import mip4
from conftest import NODES, new_lab
from netlab import (CORRESPONDENT, HOME_AGENT, HOST_MAC, HOST_NAI, REALM_KEY, SPI,
                    wait_until)
from wire import ECHO_REQUEST, MLD, NA, NS, RA, RS, Watch

HOST_KEY = mip4.realm_key(REALM_KEY, HOST_NAI)
LINK_LOCAL = "fe80::ff:fe00:1"


class Entry:
    """One entry, and everything that was on the wires meanwhile."""

    def __init__(self, lab):
        self.lab = lab
        lab.up()
        self.watch = Watch(lab)
        lab.start(*NODES)
        lab.plug("mn", "an1")
        self.address = lab.wait_address("mn")
        self.pings = [lab.ping("mn", CORRESPONDENT), lab.ping("hl", self.address)]
        # The kernel sends its first RS up to a second after link up and may yet be to do so.
        self.watch.access1.wait(lambda f: f.icmp6 == RS and f.source == HOST_MAC, what="an RS")
        self.bindings = lab.show("ha", "bindings")["bindings"]
        self.attachments = lab.show("an1", "attachments")["attachments"]
        end = time.time()  # the captures do not end at the same moment
        self.watch.stop()
        access = self.watch.access1.frames(lambda f: f.ip6 and f.time <= end)
        self.from_host = [f for f in access if f.source == HOST_MAC]
        self.to_host = [f for f in access if f.source != HOST_MAC]
        self.request_frame, self.request = self.watch.core.messages(mip4.RRQ)[0]
        self.reply_frame, self.reply = self.watch.core.messages(mip4.RRP)[0]
        core = self.watch.core.frames(lambda f: f.tunnelled and f.time <= end)
        self.up_tunnel = [f for f in core if f.outer_destination == HOME_AGENT]
        self.down_tunnel = [f for f in core if f.outer_source == HOME_AGENT]


@pytest.fixture(scope="module")
def entry():
    lab = new_lab()
    try:
        yield Entry(lab)
    finally:
        lab.down()


@pytest.mark.req("GEN-4", "GEN-8", "AN-1", "AN-7", "AN-25", "HA-43", "HA-44", "MN-1", "MN-2")
def test_a_stock_host_gets_a_working_address(entry):
    assert entry.address == "2001:db8:1::ff:fe00:1"
    assert entry.pings == [3, 3]


@pytest.mark.req("AN-7")
def test_the_first_packet_of_the_host_causes_the_request(entry):
    assert entry.from_host[0].time < entry.request_frame.time
    assert entry.request_frame.time - entry.from_host[0].time < 0.5


@pytest.mark.req("AN-9", "AN-10", "AN-11", "AN-26", "EXT-2", "EXT-4", "HA-45")
def test_the_request_is_as_the_draft_says(entry):
    request = entry.request
    assert request.care_of.startswith("10.1.0.")
    assert entry.request_frame.outer_source == request.care_of
    assert entry.request_frame.outer_destination == HOME_AGENT == request.home_agent
    assert entry.request_frame.ports[1] == mip4.PORT
    assert request.home == "0.0.0.0"
    assert request.flags == mip4.DIRECT | mip4.REVERSE_TUNNEL
    assert request.lifetime > 0
    assert request.nai == HOST_NAI
    assert request.get(mip4.HOA_REQUEST) == mip4.EMPTY
    assert request.get(mip4.HOA) is None
    assert request.get(mip4.REVOCATION_SUPPORT) is not None


@pytest.mark.req("AN-28", "HA-40", "EXT-9")
def test_both_messages_end_in_a_right_authenticator(entry):
    for message in (entry.request, entry.reply):
        assert message.types()[-1] == mip4.MHAE
        assert message.types().count(mip4.MHAE) == 1
        assert message.get(mip4.MHAE)[:4] == SPI.to_bytes(4, "big")
        assert message.authenticated(HOST_KEY, algorithm=hashlib.sha256)


@pytest.mark.req("HA-13", "HA-33", "AN-12", "EXT-7", "HA-45")
def test_the_reply_confirms_the_tunnel_with_an_empty_extension(entry):
    reply = entry.reply
    assert reply.code == 0
    assert 0 < reply.lifetime <= entry.request.lifetime
    assert reply.get(mip4.HOA) == mip4.EMPTY
    assert reply.identification == entry.request.identification
    assert reply.nai == HOST_NAI
    assert reply.home_agent == HOME_AGENT
    frame, asked = entry.reply_frame, entry.request_frame
    assert (frame.outer_source, frame.outer_destination) == (HOME_AGENT, entry.request.care_of)
    assert frame.ports == asked.ports[::-1]
    assert [a["care-of"] for a in entry.attachments] == [entry.request.care_of]
    assert entry.attachments[0]["state"] == "attached"


@pytest.mark.req("HA-15", "HA-16", "HA-17", "HA-46")
def test_an_advertisement_follows_the_reply_at_once(entry):
    first = entry.down_tunnel[0]
    assert first.icmp6 == RA
    assert 0 <= first.time - entry.reply_frame.time < 0.1
    assert first.outer_destination == entry.request.care_of
    assert first.ip6_destination == "ff02::1" and first.hop_limit == 255
    advertisement = IPv6(first.ip6)[ICMPv6ND_RA]
    assert (advertisement.M, advertisement.O) == (0, 0)
    assert advertisement.routerlifetime > 0
    prefix = advertisement[ICMPv6NDOptPrefixInfo]
    assert (prefix.prefix, prefix.prefixlen) == ("2001:db8:1::", 64)
    assert (prefix.A, prefix.L) == (1, 0)
    assert advertisement[ICMPv6NDOptMTU].mtu == 1480


@pytest.mark.req("AN-13", "AN-32", "AN-33", "AN-36", "AN-37")
def test_the_advertisement_reaches_the_host_from_its_own_link_layer_address(entry):
    tunnelled = entry.down_tunnel[0]
    frame = next(f for f in entry.to_host if f.icmp6 == RA)
    assert frame.ip6 == tunnelled.ip6
    assert frame.source == IPv6(tunnelled.ip6)[ICMPv6NDOptSrcLLAddr].lladdr
    assert frame.destination in (HOST_MAC, "33:33:00:00:00:01")
    assert {f.source for f in entry.to_host} == {frame.source}


@pytest.mark.req("AN-15")
def test_what_the_host_sent_early_goes_first_and_in_order(entry):
    early = [f.ip6 for f in entry.from_host if f.time < entry.reply_frame.time]
    assert early, "the host sent nothing before the reply"
    assert [f.ip6 for f in entry.up_tunnel[:len(early)]] == early
    assert all(f.time > entry.reply_frame.time for f in entry.up_tunnel)


@pytest.mark.req("AN-2", "AN-14", "AN-30", "AN-35", "GEN-1")
def test_every_packet_of_the_host_is_tunnelled_unchanged_and_in_order(entry):
    sent = [f.ip6 for f in entry.from_host]
    tunnelled = [f.ip6 for f in entry.up_tunnel]
    assert tunnelled == sent[:len(tunnelled)]
    assert len(sent) - len(tunnelled) <= 1  # one may have been on its way at the end
    assert any(f.icmp6 == ECHO_REQUEST for f in entry.up_tunnel)
    for frame in entry.up_tunnel:
        assert (frame.outer_source, frame.protocol) == (entry.request.care_of, 41)


@pytest.mark.req("AN-2", "AN-29", "AN-30", "AN-36", "GEN-5")
def test_the_access_node_originates_nothing(entry):
    received = [f.ip6 for f in entry.down_tunnel]
    delivered = [f.ip6 for f in entry.to_host]
    assert delivered == received[:len(delivered)]
    assert len(received) - len(delivered) <= 1
    assert {f.icmp6 for f in entry.to_host} <= {RA, NA, NS, ECHO_REQUEST, 129}


@pytest.mark.req("HA-18", "HA-49", "HA-51", "HA-52")
def test_the_home_agent_probes_the_home_link_itself(entry):
    probes = [f for f in entry.watch.home.frames() if f.icmp6 == NS and f.ip6_source == "::"]
    assert {LINK_LOCAL, entry.address} <= {f.target for f in probes}
    of_host = {f.ip6 for f in entry.from_host if f.icmp6 == NS}
    for frame in entry.watch.home.frames(lambda f: f.ip6 is not None):
        assert frame.source != HOST_MAC
        assert frame.ip6 not in of_host
    asked = min(f.time for f in entry.up_tunnel if f.icmp6 == NS and f.target == entry.address)
    assert min(f.time for f in probes if f.target == entry.address) > asked


@pytest.mark.req("HA-11", "HA-19", "HA-29", "HA-50", "HA-53")
def test_the_binding_holds_what_the_host_configured(entry):
    assert len(entry.bindings) == 1
    binding = entry.bindings[0]
    assert binding["nai"] == HOST_NAI
    assert binding["care-of"] == entry.request.care_of
    known = {a["address"]: a for a in binding["addresses"]}
    assert {LINK_LOCAL, entry.address} <= set(known)
    assert known[entry.address]["state"] == "bound"
    assert 0 < known[entry.address]["valid"] <= 86400


@pytest.mark.req("HA-20", "HA-48")
def test_traffic_on_the_home_link_is_intercepted(entry):
    answers = [f for f in entry.watch.home.frames()
               if f.icmp6 == NA and f.target == entry.address and f.ip6_destination != "ff02::1"]
    assert answers
    assert {f.source for f in answers} == {entry.lab.mac("ha", "home0")}
    pings = [f for f in entry.down_tunnel
             if f.icmp6 == ECHO_REQUEST and f.ip6_destination == entry.address]
    assert len(pings) == 3 and {f.outer_destination for f in pings} == {entry.request.care_of}


@pytest.mark.req("HA-23", "MN-3")
def test_a_solicitation_is_answered(entry):
    asked = next(f for f in entry.up_tunnel if f.icmp6 == RS)
    answers = [f for f in entry.down_tunnel if f.icmp6 == RA and f.time > asked.time]
    assert answers and answers[0].time - asked.time < 0.6


@pytest.mark.req("HA-9", "HA-47")
def test_the_home_agent_is_the_router_of_its_home_link(entry):
    assert entry.watch.home.first(lambda f: f.icmp6 == RA)
    wait_until(lambda: "default" in entry.lab.run("hl", "ip", "-6", "route").stdout, 5,
               "the host of the home link has a default route")


@pytest.mark.req("GEN-5", "AN-29")
def test_the_hosts_router_is_the_home_agent(entry):
    routes = entry.lab.run("mn", "ip", "-6", "route", "show", "default").stdout
    router = next(f for f in entry.to_host if f.icmp6 == RA)
    assert f"via {router.ip6_source} " in routes
    assert entry.lab.run("an1", "ip", "-6", "addr").stdout == ""


@pytest.mark.req("EXT-3", "EXT-4", "EXT-7")
def test_tshark_reads_every_message(entry):
    entry.watch.core.assert_tshark_reads(mip4.RRQ, mip4.RRP)


def test_multicast_listener_reports_are_for_the_home_agent_alone(entry):
    reports = [f for f in entry.watch.home.frames() if f.icmp6 == MLD]
    assert all(f.source != HOST_MAC for f in reports)
