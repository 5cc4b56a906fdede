# SPDX-License-Identifier: Apache-2.0
"""A daemon is killed or hands over, and started again: user packets go on, none is lost."""

import json
import os
import signal

import pytest

from netlab import CORRESPONDENT, Pings, wait_until


class Fast(Pings):
    RATE = 200


def wait_pings(pings, n):
    """n more have been answered."""
    until = pings.last() + n
    wait_until(lambda: pings.last() >= until, 10, f"{n} more pings are answered")


def assert_none_lost(pings):
    first, last = min(pings.replies), pings.last()
    assert pings.cost(first, last)[0] == 0


def filters(lab, name, interface):
    return lab.run(name, "tc", "filter", "show", "dev", interface, "ingress").stdout


def links(lab, name):
    """Index of every interface."""
    return {i["ifname"]: i["ifindex"]
            for i in json.loads(lab.run(name, "ip", "-j", "link").stdout)}


def promiscuous(lab, name, interface):
    link = json.loads(lab.run(name, "ip", "-j", "link", "show", interface).stdout)
    return "PROMISC" in link[0]["flags"]


@pytest.mark.parametrize("number", (signal.SIGKILL, signal.SIGUSR1))
@pytest.mark.parametrize("name", ("ha", "an1"))
def test_user_packets_do_not_notice_a_restart(attached, name, number):
    lab = attached
    before, begun = links(lab, name), len(lab.log(name))
    pings = Fast(lab, "mn", CORRESPONDENT)
    wait_pings(pings, 50)
    lab.kill(name, number)
    wait_pings(pings, 200)  # while nobody is there
    monitor = lab.popen(name, "ip", "monitor", "netconf", "link")
    lab.start(name)
    wait_until(lambda: "is sorted" in lab.log(name)[begun:], 10, "the start is complete")
    wait_pings(pings, 100)
    assert_none_lost(pings)
    pings.stop()
    assert links(lab, name) == before
    monitor.terminate()
    said = monitor.communicate()[0]  # of forwarding, of flags and carrier
    assert "forwarding" not in said and "DOWN" not in said and "Deleted" not in said


def test_what_was_left_is_removed_by_the_end_of_the_successor(lab):
    names = ("acc0/disable_ipv6", "core0/forwarding", "lo/accept_local")

    def state():
        settings = [lab.run("an1", "cat", f"/proc/sys/net/ipv{6 if 'ipv6' in n else 4}/conf/{n}")
                    .stdout.strip() for n in names]
        routes = lab.run("an1", "ip", "route", "show", "table", "local").stdout
        return (settings, routes, sorted(links(lab, "an1")), filters(lab, "an1", "core0"),
                promiscuous(lab, "an1", "acc0"), os.listdir(lab.state / "bpf"))

    lab.run("an1", "sysctl", "-qw", "net.ipv6.conf.acc0.disable_ipv6=0")
    before = state()
    lab.start("an1")
    served = state()
    assert all(a != b for a, b in zip(before, served))
    lab.kill("an1", signal.SIGUSR1)
    assert state() == served
    lab.start("an1")
    lab.stop("an1")
    assert state() == before


def test_a_start_that_fails_leaves_hosts_served(attached):
    lab = attached
    lab.kill("ha", signal.SIGKILL)
    lab.set("ha", upstream="nosuch0")
    with pytest.raises(Exception, match="nosuch0"):
        lab.start("ha")
    assert lab.ping("mn", CORRESPONDENT) == 3
    lab.set("ha", upstream="up0")
    lab.start("ha")
    assert lab.ping("mn", CORRESPONDENT) == 3


def test_another_size_of_the_maps(attached):
    """The programs that the predecessor left go on with its maps until new ones are filled."""
    lab = attached
    path = lab.state / "ha.yaml"
    path.write_text(path.read_text().replace("home-agent:\n", "home-agent:\n  bindings-max: 500\n"))
    before = filters(lab, "ha", "core0")
    lab.kill("ha", signal.SIGUSR1)
    assert "nm4_core" in before and filters(lab, "ha", "core0") == before
    lab.start("ha")
    wait_until(lambda: filters(lab, "ha", "core0") != before, 5, "the programs are replaced")
    assert "nm4_core" in filters(lab, "ha", "core0")


def counted(lab):
    """Packets from and to the host, at its home agent and at its access node."""
    binding, = lab.show("ha", "bindings")["bindings"]
    attachment, = lab.show("an1", "attachments")["attachments"]
    return [place[way]["packets"] for place in (binding, attachment)
            for way in ("from-host", "to-host")]


def whereabouts(lab):
    binding, = lab.show("ha", "bindings")["bindings"]
    attachment, = lab.show("an1", "attachments")["attachments"]
    return (lab.addresses("mn"), sorted(a["address"] for a in binding["addresses"]),
            binding["care-of"], attachment["care-of"])


@pytest.mark.parametrize("number", (signal.SIGKILL, signal.SIGUSR1))
def test_hosts_are_the_same_after_both_have_been_restarted(attached, number):
    lab = attached
    pings = Fast(lab, "mn", CORRESPONDENT)
    wait_pings(pings, 50)
    before = whereabouts(lab)
    for name in ("ha", "an1"):
        counters, begun = counted(lab), len(lab.log(name))
        lab.kill(name, number)
        wait_pings(pings, 200)
        lab.start(name)
        wait_until(lambda: "is sorted" in lab.log(name)[begun:], 10, "the start is complete")
        wait_pings(pings, 100)
        assert whereabouts(lab) == before
        assert all(b >= a + 250 for a, b in zip(counters, counted(lab)))
    assert_none_lost(pings)
    pings.stop()
