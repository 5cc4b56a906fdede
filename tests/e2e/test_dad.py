# SPDX-License-Identifier: Apache-2.0
"""Duplicate addresses: draft 3.2.4, 5.5.4, with an ordinary host on the home link that has the
address already."""

import json

import pytest

import mip4
from netlab import HOME_AGENT, HOST_MAC, HOST_NAI, CORRESPONDENT, wait_until
from wire import NA, NS, Watch, link_socket

LINK_LOCAL = "fe80::ff:fe00:1"
GLOBAL = "2001:db8:1::ff:fe00:1"


def give_home_host(lab, *addresses):
    for address in addresses:
        lab.run("hl", "ip", "addr", "add", f"{address}/64", "dev", "eth0", "nodad")


def patient_host(lab, host="mn"):
    """The host waits 5 s for an answer to its DAD instead of 1 s: on a busy machine even a defence
    that is sent at once may come late."""
    lab.run(host, "sysctl", "-qw", "net.ipv6.neigh.eth0.retrans_time_ms=5000")


def has_addresses(lab, host="mn"):
    """{address: whether its DAD has failed}"""
    text = lab.run(host, "ip", "-j", "-6", "addr", "show", "dev", "eth0").stdout
    return {a["local"]: a.get("dadfailed", False) for link in json.loads(text)
            for a in link.get("addr_info", []) if a.get("local")}


def failed_addresses(lab, host="mn"):
    return [address for address, failed in has_addresses(lab, host).items() if failed]


@pytest.mark.req("HA-26", "HA-27", "HA-54", "AN-20", "AN-21", "AN-22")
def test_a_duplicate_found_at_entry_ends_the_entry(running):
    lab = running
    give_home_host(lab, LINK_LOCAL, GLOBAL)
    patient_host(lab)
    watch = Watch(lab)
    lab.plug("mn", "an1")
    revoked = watch.core.wait_message(mip4.REVOCATION)
    watch.core.wait_message(mip4.ACK)
    assert revoked.mip4.nai == HOST_NAI

    # Whichever of its two addresses the host asked for first: its solicitation stayed in the
    # tunnel, and the home agent asked in its own name.
    relayed = watch.core.first(lambda f: f.tunnelled and f.icmp6 == NA)
    target = relayed.target
    assert target in (LINK_LOCAL, GLOBAL)
    asked = watch.core.first(lambda f: f.tunnelled and f.icmp6 == NS and f.target == target)
    probe = watch.home.first(lambda f: f.icmp6 == NS and f.target == target)
    assert probe.ip6_source == "::" and probe.source == lab.mac("ha", "home0")
    answer = watch.home.first(lambda f: f.icmp6 == NA and f.target == target)
    assert asked.time < probe.time < answer.time

    # The advertisement that it got is relayed to the host, to all nodes and unsolicited, and only
    # then the access node is told to let go.
    assert relayed.outer_source == HOME_AGENT and relayed.ip6_destination == "ff02::1"
    assert relayed.hop_limit == 255
    assert answer.ip6[44:] == relayed.ip6[44:], "flags, target and options as they came"
    assert answer.time < relayed.time < revoked.time
    delivered = watch.access1.first(lambda f: f.icmp6 == NA and f.target == target)
    assert delivered.ip6 == relayed.ip6

    # The kernel marks a permanent address that failed, and removes one that it autoconfigured.
    wait_until(lambda: has_addresses(lab).get(target, True), 5, "the host gave the address up")
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 5, "the binding is gone")
    states = [a["state"] for a in lab.show("an1", "attachments")["attachments"]]
    assert states == ["blocked"]


@pytest.mark.req("AN-22")
def test_after_that_only_a_new_link_brings_the_host_back(running):
    lab = running
    give_home_host(lab, LINK_LOCAL, GLOBAL)
    watch = Watch(lab)
    lab.plug("mn", "an1")
    revoked = watch.core.wait_message(mip4.REVOCATION)
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 5, "the binding is gone")
    seen = watch.access1.first(lambda f: f.source == HOST_MAC)
    link_socket(lab, "switch", "an1").send(seen.raw)
    wait_until(lambda: lab.drops("an1").get("hold-down", 0) > 0, 5, "the frame is counted")
    assert not [f for f, m in watch.core.messages(mip4.RRQ) if f.time > revoked.time]


@pytest.mark.req("HA-21", "HA-26", "HA-54")
def test_a_duplicate_beside_a_good_address_costs_only_that_address(attached):
    lab = attached
    taken = "2001:db8:1::1234"
    give_home_host(lab, taken)
    patient_host(lab)
    watch = Watch(lab)
    lab.run("mn", "ip", "addr", "add", f"{taken}/64", "dev", "eth0", "noprefixroute")
    wait_until(lambda: failed_addresses(lab) == [taken], 5, "the host gave the address up")
    binding, = lab.show("ha", "bindings")["bindings"]
    assert {a["address"] for a in binding["addresses"]} == {LINK_LOCAL, GLOBAL}
    assert watch.core.messages(mip4.REVOCATION) == []
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert lab.ping("cn", taken) == 3  # the home host's


@pytest.mark.req("HA-26")
def test_two_of_its_hosts_with_one_address_are_told_apart(attached):
    lab = attached
    lab.add_host("mn2", 2)
    lab.run("mn2", "sysctl", "-qw", "net.ipv6.conf.eth0.router_solicitation_delay=0")
    lab.plug("mn2", "an2")
    lab.wait_address("mn2")
    patient_host(lab, "mn2")
    lab.run("mn2", "ip", "addr", "add", f"{GLOBAL}/64", "dev", "eth0", "noprefixroute")
    wait_until(lambda: GLOBAL in failed_addresses(lab, "mn2"), 5, "the second host gave it up")
    assert lab.ping("hl", GLOBAL) == 3
    bound = [a["address"] for b in lab.show("ha", "bindings")["bindings"] for a in b["addresses"]]
    assert bound.count(GLOBAL) == 1


@pytest.mark.req("HA-48")
def test_a_bound_address_is_defended_on_the_home_link(attached):
    lab = attached
    patient_host(lab, "hl")
    watch = Watch(lab)
    lab.run("hl", "sysctl", "-qw", "net.ipv6.conf.eth0.accept_dad=1",
            "net.ipv6.conf.eth0.dad_transmits=1")
    lab.run("hl", "ip", "addr", "add", f"{GLOBAL}/64", "dev", "eth0")
    wait_until(lambda: GLOBAL in failed_addresses(lab, "hl"), 5, "the home host gave it up")
    answer = watch.home.first(lambda f: f.icmp6 == NA and f.target == GLOBAL)
    assert answer.ip6_destination == "ff02::1" and answer.source == lab.mac("ha", "home0")
    flags = answer.ip6[44]
    assert flags & 0xC0 == 0, "R and S are off"
    lab.run("hl", "ip", "addr", "del", f"{GLOBAL}/64", "dev", "eth0")
    assert lab.ping("mn", CORRESPONDENT) == 3


def test_the_address_of_a_binding_that_ended_is_not_defended(attached):
    lab = attached
    lab.stop("an1")  # says goodbye for its hosts
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 5, "the binding is gone")
    watch = Watch(lab)
    lab.ping("hl", GLOBAL, 1)
    assert watch.home.first(lambda f: f.icmp6 == NS and f.target == GLOBAL)
    assert not watch.home.first(lambda f: f.icmp6 == NA and f.target == GLOBAL)
