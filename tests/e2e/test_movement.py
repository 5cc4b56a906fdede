# SPDX-License-Identifier: Apache-2.0
"""Movement to another access node, as in Figure 7 of the draft (3.2.3)."""

import hashlib
import time

import pytest

import mip4
from conftest import NODES
from netlab import (CORRESPONDENT, HOME_AGENT, HOST_MAC, HOST_NAI, REALM_KEY, Pings, Transfer,
                    intact, wait_until)
from wire import ECHO_REQUEST, MLD, NA, NS, RA, RS, Capture, Watch, link_socket

HOST_KEY = mip4.realm_key(REALM_KEY, HOST_NAI)


def tunnels(lab, name):
    return lab.show(name, "tunnels")["tunnels"]


def care_of(lab):
    return [b["care-of"] for b in lab.show("ha", "bindings")["bindings"]]


def moved_to(lab, pool):
    """Waits until ha has the host at a care-of address of that pool and the other node is clean."""
    other = "an1" if pool == "10.2." else "an2"
    wait_until(lambda: care_of(lab) and care_of(lab)[0].startswith(pool), 10, "the binding moved")
    wait_until(lambda: not tunnels(lab, other), 5, f"{other} let the host go")


class Move:
    """A move without loss of carrier in the middle of a TCP connection, and its captures."""

    def __init__(self, lab):
        self.lab = lab
        self.before = lab.addresses()
        self.care_of_before = care_of(lab)[0]
        transfer = Transfer(lab, "cn", CORRESPONDENT, "mn")
        pings = Pings(lab, "mn", CORRESPONDENT)
        pings.wait_steady(0)
        self.watch = Watch(lab)
        self.time = time.time()
        first = pings.last()
        lab.move("mn", "an2")
        last = pings.wait_steady(self.time)
        self.lost, self.silence = pings.cost(first, last)
        moved_to(lab, "10.2.")
        pings.stop()
        self.server, self.client = transfer.finish()
        self.after = lab.addresses()
        self.watch.stop()
        core = self.watch.core
        self.requests, self.replies = core.messages(mip4.RRQ), core.messages(mip4.RRP)
        self.revocations, self.acks = core.messages(mip4.REVOCATION), core.messages(mip4.ACK)


@pytest.fixture
def move(attached):
    return Move(attached)


@pytest.mark.req("GEN-2", "GEN-9", "AN-19", "AN-20", "AN-21", "HA-24", "HA-25", "EXT-8", "EXT-10",
                 "EXT-11", "AN-28", "AN-9", "AN-10", "AN-11")
def test_movement_follows_figure_7(move):
    # What the host noticed: nothing.
    assert move.after == move.before
    assert intact(move.server, move.client) and intact(move.client, move.server)
    assert move.silence < 2

    # Steps 2 to 4: care-of address, request, reply, as at the initial entry.
    (asked, request), (answered, reply) = move.requests[0], move.replies[0]
    first = move.watch.access2.first(lambda f: f.source == HOST_MAC)
    assert first.time < asked.time < answered.time
    assert request.care_of.startswith("10.2.0.") and asked.outer_source == request.care_of
    assert request.nai == HOST_NAI and request.get(mip4.HOA_REQUEST) == mip4.EMPTY
    assert reply.code == 0 and reply.get(mip4.HOA) == mip4.EMPTY
    assert answered.outer_destination == request.care_of

    # Step 5, at the same time as step 4: the revocation to the old access node.
    revoked, revocation = move.revocations[0]
    assert abs(revoked.time - answered.time) < 0.05
    assert (revoked.outer_source, revoked.outer_destination) == (HOME_AGENT, move.care_of_before)
    assert revoked.ports[1] == mip4.PORT
    assert revocation.flags & 0x8000, "A bit: sent by a home agent"
    assert (revocation.home_agent, revocation.care_of) == (HOME_AGENT, move.care_of_before)
    assert revocation.nai == HOST_NAI and revocation.get(mip4.HOA) == mip4.EMPTY
    assert revocation.types()[-1] == mip4.MHAE
    assert revocation.authenticated(HOST_KEY, algorithm=hashlib.sha256)

    # Step 6: its acknowledgment, after which nothing of the host is left there.
    acknowledged, ack = move.acks[0]
    assert revoked.time < acknowledged.time < revoked.time + 0.5
    assert acknowledged.outer_source == move.care_of_before
    assert ack.identification == revocation.identification
    assert ack.get(mip4.HOA) == mip4.EMPTY and ack.types()[-1] == mip4.MHAE
    assert ack.authenticated(HOST_KEY, algorithm=hashlib.sha256)
    assert len(move.requests) == len(move.replies) == len(move.revocations) == len(move.acks) == 1
    core = move.watch.core
    core.assert_tshark_reads(mip4.RRQ, mip4.RRP, mip4.REVOCATION, mip4.ACK)
    assert tunnels(move.lab, "an1") == []
    wait_until(lambda: not move.lab.show("an1", "attachments")["attachments"], 5, "nothing is left")


@pytest.mark.req("GEN-9", "HA-15", "AN-33")
def test_the_host_sees_the_same_router_after_the_move(attached):
    """The advertisement at the new access node says what the one at the old one said."""
    before = attached.run("mn", "ip", "-6", "neigh").stdout
    routes = attached.run("mn", "ip", "-6", "route", "show", "default").stdout
    watch = Watch(attached)
    begin = time.time()
    attached.move("mn", "an2")
    assert attached.ping("mn", CORRESPONDENT) == 3
    frame = watch.access2.wait(lambda f: f.icmp6 == RA, after=begin, what="an RA at an2")
    after = attached.run("mn", "ip", "-6", "neigh").stdout
    router = attached.run("mn", "ip", "-6", "route", "show", "default").stdout
    assert router.split(" expires")[0] == routes.split(" expires")[0]
    assert f"{frame.ip6_source} dev eth0 lladdr {frame.source}" in after
    assert f"{frame.ip6_source} dev eth0 lladdr {frame.source}" in before
    # Nothing made the host configure anything anew.
    sent = watch.access2.frames(lambda f: f.source == HOST_MAC and f.ip6)
    assert not [f for f in sent if f.icmp6 == RS or f.icmp6 == NS and f.ip6_source == "::"]


@pytest.mark.req("AN-7", "AN-19", "GEN-2")
def test_with_carrier_loss_reports_of_multicast_listening_are_enough(running):
    """A kernel host that found its carrier again sends nothing but MLD reports."""
    attached = running
    first = Capture(attached, "an1", "acc0")
    attached.plug("mn", "an1")
    before = [attached.wait_address("mn")]
    first.wait(lambda f: f.icmp6 == RS, what="its only RS")
    seen = Capture(attached, "an2", "acc0")
    attached.plug("mn", "an2")
    moved_to(attached, "10.2.")
    sent = [f for f in seen.frames() if f.source == HOST_MAC]
    assert sent and {f.icmp6 for f in sent} == {MLD}
    assert attached.ping("hl", before[0]) == 3
    assert attached.addresses() == before


@pytest.mark.req("GEN-2", "GEN-9")
def test_tcp_survives_a_move_with_carrier_loss(attached):
    before = attached.addresses()
    transfer = Transfer(attached, "cn", CORRESPONDENT, "mn")
    attached.plug("mn", "an2")
    moved_to(attached, "10.2.")
    attached.plug("mn", "an1")
    moved_to(attached, "10.1.")
    server, client = transfer.finish()
    assert intact(server, client) and intact(client, server)
    assert attached.addresses() == before


@pytest.mark.req("AN-20")
def test_late_frames_at_the_old_access_node_do_not_pull_the_binding_back(attached):
    """Data of the host still arrives at the old access node after the revocation (a bridge that
    floods, a slow queue): the hold-down keeps it from registering."""
    seen = Capture(attached, "an1", "acc0")
    assert attached.ping("mn", CORRESPONDENT) == 3
    late = seen.first(lambda f: f.source == HOST_MAC and f.icmp6 == ECHO_REQUEST)
    attached.move("mn", "an2")
    assert attached.ping("mn", CORRESPONDENT) == 3
    moved_to(attached, "10.2.")
    requests = Capture(attached, "ha", "core0", "udp port 434")
    sender = link_socket(attached, "switch", "an1")  # goes out of the switch's port towards an1
    for _ in range(5):
        sender.send(late.raw)
    drops = wait_until(lambda: attached.drops("an1").get("hold-down"), 3, "late frames are counted")
    assert drops >= 1
    assert requests.messages(mip4.RRQ) == []
    assert care_of(attached)[0].startswith("10.2.")


@pytest.mark.req("AN-19", "HA-24")
def test_there_and_back_many_times(lab):
    for node in ("an1", "an2"):
        lab.set(node, hold_down="0s")
    lab.start(*NODES)
    lab.plug("mn", "an1")
    before = lab.wait_address("mn")
    for _ in range(3):
        for node, pool in (("an2", "10.2."), ("an1", "10.1.")):
            lab.plug("mn", node)
            moved_to(lab, pool)
            assert lab.ping("cn", before, 2) == 2
    assert lab.addresses() == [before]


def test_a_host_that_comes_back_during_the_hold_down_is_served(attached):
    before = attached.addresses()
    attached.plug("mn", "an2")
    moved_to(attached, "10.2.")
    attached.plug("mn", "an1")
    # It asks for its router: that ends the hold-down.
    assert attached.ping("mn", CORRESPONDENT) >= 2
    moved_to(attached, "10.1.")
    assert attached.addresses() == before


def test_a_neighbour_solicitation_for_the_router_is_answered_after_the_move(attached):
    attached.plug("mn", "an2")
    moved_to(attached, "10.2.")
    seen = Capture(attached, "an2", "acc0")
    router = attached.run("mn", "ip", "-6", "route", "show", "default").stdout.split()[2]
    attached.run("mn", "ip", "-6", "neigh", "flush", "dev", "eth0")
    assert attached.ping("mn", CORRESPONDENT) == 3
    assert seen.first(lambda f: f.icmp6 == NA and f.target == router)
