# SPDX-License-Identifier: Apache-2.0
"""More hosts than one."""

import json

import pytest
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Ether

from netlab import CORRESPONDENT, HOME_AGENT, HOST_MAC, HOST_NAI, Transfer, intact, wait_until
from wire import ECHO_REPLY, ECHO_REQUEST, UNREACHABLE, Capture, link_socket


def add_second(lab, access_node):
    lab.add_host("mn2", 2)
    lab.plug("mn2", access_node)
    lab.address2 = lab.wait_address("mn2")
    return lab


@pytest.fixture(params=["an1", "an2"])
def two(request, attached):
    """The second host: on the port of the first, and at the other access node."""
    return add_second(attached, request.param)


@pytest.mark.req("AN-12", "AN-13", "AN-14", "AN-36", "HA-20")
def test_two_hosts_talk_to_each_other_through_the_home_agent(two):
    lab = two
    assert lab.address2 != lab.address
    care_of = {b["care-of"] for b in lab.show("ha", "bindings")["bindings"]}
    assert len(care_of) == 2
    core = Capture(lab, "ha", "core0", "ip proto 41")
    assert lab.ping("mn", lab.address2) == 3
    assert lab.ping("mn2", lab.address) == 3
    echoes = core.frames(lambda f: f.icmp6 in (ECHO_REQUEST, ECHO_REPLY))
    assert {f.outer_source for f in echoes} == care_of | {HOME_AGENT}
    transfer = Transfer(lab, "mn2", lab.address2, "mn")
    assert lab.ping("mn2", CORRESPONDENT) == 3
    server, client = transfer.finish()
    assert intact(server, client) and intact(client, server)


@pytest.mark.req("AN-37")
def test_each_host_gets_only_its_own_frames(attached):
    lab = add_second(attached, "an1")
    seen = Capture(lab, "mn", "eth0")
    assert lab.ping("cn", lab.address2) == 3
    assert lab.ping("cn", lab.address) == 3
    echoes = seen.frames(lambda f: f.icmp6 == ECHO_REQUEST)
    assert [f.ip6_destination for f in echoes] == [lab.address] * 3
    assert {f.destination for f in echoes} == {HOST_MAC}


def test_a_host_cannot_speak_in_the_name_of_another(two):
    lab = two
    upstream, access = Capture(lab, "cn", "eth0"), Capture(lab, "an1", "acc0")
    neighbour, = json.loads(lab.run("mn", "ip", "-j", "-6", "neigh").stdout)
    forged = IPv6(src=lab.address2, dst=CORRESPONDENT) / ICMPv6EchoRequest(data=b"forged")
    frame = Ether(src=HOST_MAC, dst=neighbour["lladdr"]) / forged
    link_socket(lab, "mn", "eth0").send(bytes(frame))
    error = access.wait(lambda f: f.icmp6 == UNREACHABLE and f.destination == HOST_MAC)
    assert error.ip6[41] == 5 and error.ip6[48:] == bytes(forged)
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert not upstream.first(lambda f: f.ip6 and b"forged" in f.ip6)
    assert lab.drops("ha")["source-wrong"] == 1


@pytest.mark.req("AN-20")
def test_one_host_moves_and_the_other_stays(two):
    lab = two
    stays = Transfer(lab, "cn", CORRESPONDENT, "mn2")
    lab.plug("mn", "an2")
    wait_until(lambda: lab.ping("hl", lab.address, 1) == 1, 10, "the first host moved")
    server, client = stays.finish()
    assert intact(server, client) and intact(client, server)
    assert len(lab.show("ha", "bindings")["bindings"]) == 2
    # Of the first host nothing is left where it was.
    wait_until(lambda: HOST_NAI not in [a["nai"] for a in lab.show("an1", "attachments")["attachments"]],
               5, "an1 forgot it")
