# SPDX-License-Identifier: Apache-2.0
"""How bindings are renewed, and how they end: draft 3.2.5, 4.3, 4.4."""

import time

import pytest

import mip4
from conftest import NODES
from netlab import CORRESPONDENT, HOST_NAI, Pings, wait_until
from wire import Capture


def bindings(lab):
    return lab.show("ha", "bindings")["bindings"]


def attachments(lab, name="an1"):
    return lab.show(name, "attachments")["attachments"]


def attach(lab):
    lab.start(*NODES)
    lab.plug("mn", "an1")
    return lab.wait_address("mn")


@pytest.mark.req("AN-23", "AN-11", "EXT-5", "EXT-8", "HA-33")
def test_a_binding_is_renewed_before_it_expires(lab):
    lab.set("an1", lifetime="10s")
    core = Capture(lab, "ha", "core0", "udp port 434")
    attach(lab)
    pings = Pings(lab, "mn", CORRESPONDENT)
    first = core.wait_message(mip4.RRQ)
    pings.wait_steady(first.time + 16)
    requests, replies = core.messages(mip4.RRQ), core.messages(mip4.RRP)
    assert len(requests) >= 3
    for (before, _), (after, _) in zip(requests, requests[1:]):
        assert after.time - before.time < 10
    assert {m.care_of for _, m in requests} == {requests[0][1].care_of}
    for _, request in requests[1:]:
        assert request.get(mip4.HOA_REQUEST) is None
        assert request.get(mip4.HOA) == mip4.EMPTY
    for _, reply in replies:
        assert (reply.code, reply.get(mip4.HOA)) == (0, mip4.EMPTY)
        assert reply.lifetime <= 10
    idents = [m.identification for _, m in requests]
    assert idents == sorted(set(idents))
    lost, _ = pings.cost(1, pings.last())
    assert lost == 0


@pytest.mark.req("AN-24", "HA-28", "HA-55")
def test_when_the_home_agent_is_cut_off_both_sides_let_go(lab):
    lab.set("an1", lifetime="5s")
    attach(lab)
    lab.run("core", "ip", "route", "add", "blackhole", "192.0.2.1/32")
    wait_until(lambda: not bindings(lab), 12, "the home agent removed the binding")
    states = wait_until(lambda: [a["state"] for a in attachments(lab)] != ["attached"]
                        and [attachments(lab)], 12, "the access node ended its tunnel")
    for attachment in states[0]:
        assert attachment["lifetime"] == 0
    assert lab.ping("mn", CORRESPONDENT, 1) == 0
    # The way is open again: the next packet of the host brings the service back.
    lab.run("core", "ip", "route", "del", "blackhole", "192.0.2.1/32")
    pings = Pings(lab, "mn", CORRESPONDENT)
    pings.wait_steady(0, timeout=30)
    assert len(bindings(lab)) == 1


@pytest.mark.req("HA-34")
def test_a_lost_link_is_deregistered_after_its_delay(lab):
    lab.set("an1", detach_delay="1s")
    attach(lab)
    core = Capture(lab, "ha", "core0", "udp port 434")
    lost = time.time()
    lab.run("switch", "ip", "link", "set", "an1", "down")
    asked = core.wait_message(mip4.RRQ)
    answered = core.wait_message(mip4.RRP)
    assert asked.time - lost > 0.9
    assert asked.mip4.lifetime == 0 and asked.mip4.nai == HOST_NAI
    assert asked.mip4.get(mip4.HOA) == mip4.EMPTY
    assert asked.mip4.get(mip4.HOA_REQUEST) is None
    assert (answered.mip4.code, answered.mip4.lifetime) == (0, 0)
    assert answered.mip4.get(mip4.HOA) == mip4.EMPTY
    wait_until(lambda: not bindings(lab) and not attachments(lab), 5, "both sides are clean")
    assert core.messages(mip4.REVOCATION) == []
    core.assert_tshark_reads(mip4.RRQ, mip4.RRP)


@pytest.mark.req("AN-1")
def test_a_link_that_comes_back_in_time_keeps_its_tunnel(attached):
    lab = attached
    core = Capture(lab, "ha", "core0", "udp port 434")
    lab.run("switch", "ip", "link", "set", "an1", "down")
    wait_until(lambda: attachments(lab)[0]["state"] == "link-lost", 5, "the loss is noticed")
    lab.run("switch", "ip", "link", "set", "an1", "up")
    assert lab.ping("mn", CORRESPONDENT, 5) >= 3
    assert attachments(lab)[0]["state"] == "attached"
    assert not [m for _, m in core.messages(mip4.RRQ) if m.lifetime == 0]


@pytest.mark.req("HA-34", "AN-1")
def test_an_access_node_that_is_stopped_says_goodbye_for_its_hosts(attached):
    lab = attached
    core = Capture(lab, "ha", "core0", "udp port 434")
    begin = time.monotonic()
    lab.stop("an1")
    assert time.monotonic() - begin < 5
    assert not (lab.state / "an1.sock").exists()
    assert [m.lifetime for _, m in core.messages(mip4.RRQ)] == [0]
    assert [(m.code, m.lifetime) for _, m in core.messages(mip4.RRP)] == [(0, 0)]
    wait_until(lambda: not bindings(lab), 2, "the binding is gone")
    for interface in ("acc0", "core0"):
        filters = lab.run("an1", "tc", "filter", "show", "dev", interface, "ingress")
        assert filters.stdout == ""
    lab.start("an1")  # nothing of it is in the way
    lab.ping("mn", CORRESPONDENT, 1)
    pings = Pings(lab, "mn", CORRESPONDENT)
    pings.wait_steady(0, timeout=10)


@pytest.mark.req("HA-35", "AN-20", "AN-21")
def test_an_operator_can_revoke_a_host(attached):
    lab = attached
    core = Capture(lab, "ha", "core0", "udp port 434")
    lab.command("ha", "revoke", HOST_NAI)
    revoked = core.wait_message(mip4.REVOCATION)
    core.wait_message(mip4.ACK)
    assert revoked.mip4.nai == HOST_NAI and revoked.mip4.get(mip4.HOA) == mip4.EMPTY
    wait_until(lambda: not bindings(lab), 2, "the binding is gone")
    assert lab.ping("mn", CORRESPONDENT, 1) == 0
    assert lab.command("ha", "revoke", HOST_NAI, check=False).returncode != 0
    assert lab.command("ha", "revoke", "nobody@lab.example", check=False).returncode != 0


@pytest.mark.req("HA-30")
def test_the_binding_lives_no_longer_than_the_prefix(lab):
    lab.set("ha", valid="30s", preferred="20s")
    core = Capture(lab, "ha", "core0", "udp port 434")
    attach(lab)
    asked, answered = core.wait_message(mip4.RRQ), core.wait_message(mip4.RRP)
    assert asked.mip4.lifetime == 300
    assert 0 < answered.mip4.lifetime <= 30


@pytest.mark.req("HA-56")
def test_a_host_that_went_away_silently_does_not_stay_for_ever(lab):
    """Its cable is pulled beyond the switch, so that its access node sees no link event."""
    lab.set("an1", lifetime="10s")
    attach(lab)
    core = Capture(lab, "ha", "core0", "udp port 434")
    lab.unplug("mn")
    core.wait_message(mip4.REVOCATION, timeout=30)
    wait_until(lambda: not bindings(lab), 10, "the home agent let go")
    wait_until(lambda: not attachments(lab), 30, "the access node let go")
