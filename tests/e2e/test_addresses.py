# SPDX-License-Identifier: Apache-2.0
"""More addresses than one, and hosts that go down and come up again."""

import pytest

import mip4
from netlab import CORRESPONDENT, HOME_HOST, HOST_MAC, wait_until
from wire import NA, NS, Capture, Watch

GLOBAL = "2001:db8:1::ff:fe00:1"


def bound(lab):
    return {a["address"] for b in lab.show("ha", "bindings")["bindings"] for a in b["addresses"]
            if a["state"] == "bound"}


@pytest.mark.req("HA-21", "HA-18", "HA-53")
def test_privacy_addresses_are_bound_like_the_first(running):
    lab = running
    lab.run("mn", "sysctl", "-qw", "net.ipv6.conf.eth0.use_tempaddr=2")
    watch = Watch(lab)
    lab.plug("mn", "an1")
    lab.wait_address("mn")
    both = wait_until(lambda: len(lab.addresses()) == 2 and lab.addresses(), 10, "two addresses")
    temporary, = [a for a in both if a != GLOBAL]
    wait_until(lambda: {GLOBAL, temporary} <= bound(lab), 5, "both are bound")
    assert watch.home.first(lambda f: f.icmp6 == NS and f.target == temporary
                            and f.ip6_source == "::")
    assert lab.ping("mn", CORRESPONDENT, 3, "-I", temporary) == 3
    assert lab.ping("hl", temporary) == 3
    assert lab.ping("hl", GLOBAL) == 3


@pytest.mark.req("HA-21", "HA-18", "HA-19", "HA-53")
def test_an_address_set_by_hand_is_bound(attached):
    lab = attached
    lab.run("mn", "ip", "addr", "add", "2001:db8:1::cafe/64", "dev", "eth0", "noprefixroute")
    wait_until(lambda: "2001:db8:1::cafe" in lab.addresses(), 5, "DAD of the host ends")
    assert lab.ping("hl", "2001:db8:1::cafe") == 3
    assert "2001:db8:1::cafe" in bound(lab)


@pytest.mark.req("HA-19", "HA-49")
def test_an_address_used_without_dad_is_probed_before_it_is_bound(attached):
    lab = attached
    watch = Watch(lab)
    lab.run("mn", "ip", "addr", "add", "2001:db8:1::beef/64", "dev", "eth0",
            "noprefixroute", "nodad")
    assert lab.ping("mn", CORRESPONDENT, 1, "-W", "5", "-I", "2001:db8:1::beef") == 1
    probe = watch.home.first(lambda f: f.icmp6 == NS and f.target == "2001:db8:1::beef")
    assert probe.ip6_source == "::"
    assert "2001:db8:1::beef" in bound(lab)


def test_a_host_that_goes_down_and_up_gets_the_same_addresses(attached):
    lab = attached
    core = Capture(lab, "ha", "core0")
    lab.run("mn", "ip", "link", "set", "eth0", "down")
    lab.run("mn", "ip", "link", "set", "eth0", "up")
    assert lab.wait_address("mn") == attached.address
    assert lab.ping("mn", CORRESPONDENT) == 3
    # Its DAD met its own binding: that is no conflict.
    assert not core.first(lambda f: f.tunnelled and f.icmp6 == NA and f.target == GLOBAL
                          and f.ip6_destination == "ff02::1")
    assert core.messages(mip4.REVOCATION) == []


@pytest.mark.req("HA-20")
def test_neighbours_are_reached_through_the_home_agent(attached):
    lab = attached
    assert lab.ping("mn", HOME_HOST) == 3
    seen = Capture(lab, "hl", "eth0")
    lab.ping("hl", attached.address, 1)
    seen.wait(lambda f: f.source == lab.mac("ha", "home0") and f.icmp6 == 129, what="the echo reply")
    assert HOST_MAC not in {f.source for f in seen.frames()}
