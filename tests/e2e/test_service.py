# SPDX-License-Identifier: Apache-2.0
"""Refusals, on either side: a home agent without tunnelling, wrong keys, wrong clocks."""

import hashlib
import json

import pytest
from scapy.layers.inet6 import ICMPv6EchoRequest, ICMPv6ND_RA, ICMPv6NDOptPrefixInfo, IPv6
from scapy.layers.l2 import Ether

import mip4
from conftest import NODES
from netlab import CORRESPONDENT, HOME_AGENT, HOST_MAC, REALM, REALM_KEY, SPI, wait_until
from wire import RA, UNREACHABLE, Capture, link_socket, receive, udp_socket

CARE_OF = "10.1.0.200"
NAI = f"visitor@{REALM}"
KEY = mip4.realm_key(REALM_KEY, NAI)
BASICS = (mip4.extension(mip4.NAI, NAI.encode()), mip4.extension(mip4.HOA_REQUEST, mip4.EMPTY))


def sign(message, key=KEY, spi=SPI):
    return message + mip4.authenticator(message, key, spi, algorithm=hashlib.sha256)


class Client:
    """Speaks from a care-of address of an1, where no daemon of ours runs."""

    def __init__(self, lab):
        self.lab = lab
        lab.run("an1", "ip", "addr", "add", f"{CARE_OF}/32", "dev", "core0")
        self.socket = udp_socket(lab, "an1", CARE_OF)

    def ask(self, message):
        self.socket.sendto(message, (HOME_AGENT, mip4.PORT))
        reply = receive(self.socket)
        return mip4.decode(reply) if reply else None


@pytest.fixture
def client(lab):
    lab.start("ha")
    client = Client(lab)
    yield client
    client.socket.close()


def bindings(lab):
    return lab.show("ha", "bindings")["bindings"]


@pytest.mark.req("AN-27", "HA-14")
def test_without_tunnelling_at_the_home_agent_there_is_no_service(lab):
    lab.set("ha", tunnelling="false")
    core = Capture(lab, "ha", "core0")
    lab.start(*NODES)
    lab.plug("mn", "an1")
    reply = core.wait_message(mip4.RRP).mip4
    assert reply.get(mip4.HOA) is None
    # The access node gives the registration back and carries nothing.
    core.wait_message(mip4.RRQ, lambda m: m.lifetime == 0)
    wait_until(lambda: not bindings(lab), 3, "the binding is gone")
    assert lab.show("an1", "attachments")["attachments"][0]["state"] == "blocked"
    assert not core.first(lambda f: f.tunnelled)
    assert lab.addresses("mn") == []


@pytest.mark.req("HA-13", "HA-40", "EXT-4", "EXT-9", "HA-44")
def test_a_right_request_is_accepted(client):
    reply = client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *BASICS)))
    assert (reply.code, reply.get(mip4.HOA)) == (0, mip4.EMPTY)
    assert reply.authenticated(KEY, algorithm=hashlib.sha256)
    assert [b["nai"] for b in bindings(client.lab)] == [NAI]


@pytest.mark.req("AN-28", "HA-40")
@pytest.mark.parametrize("name", ["none", "wrong key", "wrong SPI", "touched"])
def test_a_request_that_is_not_authentic_changes_nothing(client, name):
    plain = mip4.request(CARE_OF, HOME_AGENT, *BASICS)
    right = sign(plain)
    message = {"none": plain, "wrong key": sign(plain, b"x" * 32),
               "wrong SPI": sign(plain, spi=999), "touched": right[:2] + b"\1\1" + right[4:]}[name]
    before = sum(client.lab.drops("ha").values())
    reply = client.ask(message)
    assert reply is None or reply.code == 131
    assert bindings(client.lab) == []
    assert reply or sum(client.lab.drops("ha").values()) > before


@pytest.mark.req("EXT-9")
def test_an_extension_behind_the_authenticator_is_not_believed(client):
    plain = mip4.request(CARE_OF, HOME_AGENT, BASICS[0])
    reply = client.ask(sign(plain) + BASICS[1])
    assert reply is None or reply.code != 0
    assert bindings(client.lab) == []


@pytest.mark.req("EXT-4", "EXT-7")
@pytest.mark.parametrize("length", [0, 2, 8, 17])
def test_a_request_extension_of_wrong_length_is_denied_as_malformed(client, length):
    extensions = (BASICS[0], mip4.extension(mip4.HOA_REQUEST, bytes(length)))
    reply = client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *extensions)))
    assert reply.code == 134 and reply.authenticated(KEY, algorithm=hashlib.sha256)
    assert bindings(client.lab) == []


@pytest.mark.req("EXT-3")
def test_an_unknown_extension_that_may_not_be_skipped_is_silence(client):
    extensions = BASICS + (mip4.extension(99, b"\0\0"),)
    assert client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *extensions))) is None
    extensions = BASICS + (mip4.extension(250, b"\0\0"),)
    assert client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *extensions))).code == 0


def test_a_clock_that_is_wrong_is_told_the_time(client):
    ident = mip4.identification(-60)
    reply = client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *BASICS, ident=ident)))
    assert reply.code == 133 and reply.identification[4:] == ident[4:]
    assert bindings(client.lab) == []
    again = mip4.identification()
    assert client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *BASICS, ident=again))).code == 0
    replayed = client.ask(sign(mip4.request(CARE_OF, HOME_AGENT, *BASICS, lifetime=0,
                                            ident=ident)))
    assert replayed is None or replayed.code == 133
    assert len(bindings(client.lab)) == 1


def test_encapsulations_that_carry_no_ipv6_are_denied(client):
    request = mip4.request(CARE_OF, HOME_AGENT, *BASICS, flags=0x22 | 0x10)
    assert client.ask(sign(request)).code == 139


@pytest.mark.req("AN-28")
def test_an_access_node_drops_a_reply_that_is_not_authentic(lab):
    """A forger in the core answers faster than the home agent, which is not there."""
    core = Capture(lab, "an1", "core0", "udp port 434")
    lab.start("an1", "an2")
    forger = udp_socket(lab, "ha", HOME_AGENT, mip4.PORT)
    lab.plug("mn", "an1")
    request, sender = forger.recvfrom(2048)
    asked = mip4.decode(request)
    reply = (bytes([mip4.RRP, 0]) + asked.raw[2:12] + asked.identification
             + mip4.extension(mip4.NAI, asked.nai.encode()) + mip4.extension(mip4.HOA, mip4.EMPTY))
    for message in (reply, sign(reply, b"x" * 32)):
        forger.sendto(message, sender)
    core.wait_message(mip4.RRP)
    wait_until(lambda: sum(lab.drops("an1").values()) >= 2, 3, "both are counted")
    assert lab.show("an1", "attachments")["attachments"][0]["state"] == "registering"


@pytest.mark.req("AN-31")
def test_an_address_in_the_extension_is_only_a_signal_to_an_access_node(lab):
    lab.start("an1", "an2")
    agent = udp_socket(lab, "ha", HOME_AGENT, mip4.PORT)
    lab.plug("mn", "an1")
    request, sender = agent.recvfrom(2048)
    asked = mip4.decode(request)
    address = bytes.fromhex("00" + "20010db80bad00000000000000000001")
    reply = (bytes([mip4.RRP, 0]) + asked.raw[2:12] + asked.identification
             + mip4.extension(mip4.NAI, asked.nai.encode()) + mip4.extension(mip4.HOA, address))
    access = Capture(lab, "an1", "acc0")
    agent.sendto(sign(reply, mip4.realm_key(REALM_KEY, asked.nai)), sender)
    wait_until(lambda: lab.show("an1", "attachments")["attachments"][0]["state"] == "attached", 3,
               "the tunnel is up")
    assert "bad" not in lab.command("an1", "show", "attachments", "--json").stdout
    assert not access.first(lambda f: f.source != "02:00:00:00:00:01")


def test_a_source_that_is_not_the_hosts_is_refused_with_an_error(attached):
    lab = attached
    seen = Capture(lab, "an1", "acc0")
    upstream = Capture(lab, "cn", "eth0")
    packet = bytes(IPv6(src="2001:db8:bad::1", dst=CORRESPONDENT) / ICMPv6EchoRequest())
    neighbour, = json.loads(lab.run("mn", "ip", "-j", "-6", "neigh").stdout)
    frame = Ether(src=HOST_MAC, dst=neighbour["lladdr"], type=0x86DD)
    link_socket(lab, "mn", "eth0").send(bytes(frame) + packet)
    error = seen.wait(lambda f: f.icmp6 == UNREACHABLE, what="ICMPv6 1/5")
    assert error.ip6[41] == 5 and error.ip6[48:] == packet
    assert not upstream.first(lambda f: f.ip6 and f.ip6_source == "2001:db8:bad::1")
    assert lab.drops("ha")["source-wrong"] >= 1


@pytest.mark.req("HA-17")
@pytest.mark.parametrize("managed, other, autonomous", [(1, 0, 0), (0, 1, 1), (1, 1, 0)])
def test_the_advertisement_says_how_to_configure(lab, managed, other, autonomous):
    words = ("false", "true")
    lab.set("ha", managed=words[managed], other=words[other], autonomous=words[autonomous])
    access = Capture(lab, "an1", "acc0")
    lab.start(*NODES)
    lab.plug("mn", "an1")
    advertisement = IPv6(access.wait(lambda f: f.icmp6 == RA).ip6)[ICMPv6ND_RA]
    assert (advertisement.M, advertisement.O) == (managed, other)
    assert advertisement[ICMPv6NDOptPrefixInfo].A == autonomous


@pytest.mark.req("EXT-12", "EXT-4", "EXT-7")
def test_the_numbers_of_the_extensions_can_be_configured(lab):
    for name in NODES:
        with open(lab.state / f"{name}.yaml", "a") as out:
            out.write("extensions:\n  home-address-request: 126\n  home-address: 254\n")
    core = Capture(lab, "ha", "core0", "udp port 434")
    lab.start(*NODES)
    lab.plug("mn", "an1")
    request = core.wait_message(mip4.RRQ).mip4
    reply = core.wait_message(mip4.RRP).mip4
    assert request.get(126) == mip4.EMPTY and request.get(mip4.HOA_REQUEST) is None
    assert reply.code == 0 and reply.get(254) == mip4.EMPTY and reply.get(mip4.HOA) is None
    assert lab.wait_address("mn")
