# SPDX-License-Identifier: Apache-2.0
"""Hosts of access routers: they have a home address that the home agent gave out, and packets go
both ways through the kernel's own tunnel (router.py). Draft 3.1, 4.1, 4.2, 4.4, 5.5.1, 5.5.3."""

import hashlib
import os
import signal
import socket

import pytest

import mip4
import router
from netlab import CORRESPONDENT, HOME_AGENT, Pings, wait_until
from router import NODE_KEY, Router, give_host, home_address
from wire import NA, NS, Capture

NAI, OTHER = "mn@lab.example", "mn2@lab.example"
PREFIXES = "{prefixes: 2001:db8:100::/40}"
SHARED = "{shared: 2001:db8:5::/64}"
IDENTIFIER = "abcd:1:2:3"


@pytest.fixture
def start(lab):
    """Starts the home agent with these pools; the routers in the places of the access nodes."""
    def begin(*pools, names=("an1",)):
        router.configure(lab, f"pools: [{', '.join(pools)}]")
        router.add_keys(lab, *router.ADDRESSES.values())
        lab.start("ha")
        routers.extend(Router(lab, name) for name in names)
        for r in routers:
            r.route()
        return routers

    begin.lab, routers = lab, []
    yield begin
    for r in routers:
        r.close()


def bring(r, host, nai, **more):
    """A host that is registered, served and has its address; the address."""
    reply = r.register(nai, **more)
    assert reply.code == 0
    home, unique = home_address(reply)
    r.serve(host, home, unique)
    give_host(r.lab, host, home)
    return home


def assert_reaches(lab, host, home):
    """Both ways, both begun by either."""
    assert lab.ping(host, CORRESPONDENT, 3, "-I", home) == 3
    assert lab.ping("cn", home) == 3


def bound(lab, nai=NAI):
    return next((b for b in lab.show("ha", "bindings")["bindings"] if b["nai"] == nai), None)


@pytest.mark.req("GEN-1", "HA-2", "HA-3", "HA-38", "EXT-6", "EXT-7")
def test_a_unique_prefix_is_the_hosts_whole(start):
    lab = start.lab
    r, = start(PREFIXES)
    core = Capture(lab, "ha", "core0")
    home = bring(r, "mn", NAI, identifier=IDENTIFIER)
    assert home.endswith(IDENTIFIER)
    assert_reaches(lab, "mn", home)
    inside = home[:-len(IDENTIFIER)] + "1:0:0:7"
    give_host(lab, "mn", inside)
    assert_reaches(lab, "mn", inside)
    outside = "2001:db8:1ff:ffff::7"  # of the pool, but nobody's
    give_host(lab, "mn", outside)
    assert lab.ping("mn", CORRESPONDENT, 1, "-I", outside, "-W", "0.3") == 0
    assert lab.drops("ha")["source-wrong"] == 1
    seen = core.first(lambda f: f.tunnelled and f.ip6_source == home)
    assert (seen.protocol, seen.outer_source, seen.outer_destination) == (41, r.address, HOME_AGENT)
    b = bound(lab)
    assert (b["mode"], b["home-address"], b["unique"]) == ("address", home, True)
    assert b["care-of"] == r.address


@pytest.mark.req("HA-6", "HA-38")
def test_of_a_shared_prefix_a_host_has_its_address_only(start):
    lab = start.lab
    r, = start(SHARED)
    home = bring(r, "mn", NAI)
    assert_reaches(lab, "mn", home)
    foreign = "2001:db8:5::dead"
    give_host(lab, "mn", foreign)
    before = lab.drops("ha")["source-wrong"]
    said = lab.run("mn", "ping", "-n", "-c", 1, "-W", "2", "-I", foreign, CORRESPONDENT,
                   check=False).stdout
    assert "0 received" in said
    assert lab.drops("ha")["source-wrong"] == before + 1
    assert lab.ping("cn", foreign, 1, "-W", "0.3") == 0
    assert_reaches(lab, "mn", home)
    assert not bound(lab)["unique"]


@pytest.mark.req("HA-37")
def test_an_identifier_of_the_router_never_gets_a_shared_prefix(start):
    r, = start(SHARED)
    assert r.register(NAI, identifier=IDENTIFIER).code == 130
    assert start.lab.drops("ha")["pool-exhausted"] == 1
    assert start.lab.show("ha", "bindings")["bindings"] == []


@pytest.mark.req("HA-6")
def test_two_hosts_behind_one_care_of_address(start):
    lab = start.lab
    r, = start(SHARED)
    lab.add_host("mn2", 2)
    homes = [bring(r, host, nai) for host, nai in (("mn", NAI), ("mn2", OTHER))]
    assert len(set(homes)) == 2
    for host, home in zip(("mn", "mn2"), homes):
        assert_reaches(lab, host, home)
    assert {b["care-of"] for b in lab.show("ha", "bindings")["bindings"]} == {r.address}
    # one that ends leaves the other alone
    assert r.register(NAI, home=homes[0], lifetime=0).code == 0
    assert lab.ping("cn", homes[0], 1, "-W", "0.3") == 0
    assert_reaches(lab, "mn2", homes[1])


@pytest.mark.req("GEN-2", "HA-24", "EXT-8", "EXT-10", "EXT-11")
@pytest.mark.parametrize("identifier", (None, IDENTIFIER))
def test_a_handover_keeps_the_address_and_revokes_the_former_router(start, identifier):
    lab = start.lab
    first, second = start(PREFIXES, names=("an1", "an2"))
    core = Capture(lab, "ha", "core0")
    home = bring(first, "mn", NAI, identifier=identifier)
    assert_reaches(lab, "mn", home)
    reply = second.register(NAI, identifier=identifier)
    assert reply.code == 0 and home_address(reply) == (home, True)
    second.serve("mn", home, True)
    give_host(lab, "mn")  # its default route went with the carrier
    revocation = first.wait_revocation()
    assert revocation.nai == NAI and revocation.care_of == first.address
    assert revocation.get(mip4.HOA) == reply.get(mip4.HOA)
    assert revocation.authenticated(NODE_KEY, mip4.FHAE, hashlib.sha256)
    assert revocation.types()[-1] == mip4.FHAE
    core.wait_message(mip4.ACK)
    assert_reaches(lab, "mn", home)
    assert bound(lab)["care-of"] == second.address
    # what the former one still sends is not the host's any more
    before = lab.drops("ha")
    lab.run("an1", "ip", "addr", "add", f"{home}/128", "dev", "lo")
    assert lab.ping("an1", CORRESPONDENT, 1, "-I", home, "-W", "0.3") == 0
    wait_until(lambda: sum(lab.drops("ha")[d] - before[d] for d in ("tunnel-unknown", "source-wrong")) == 1, 10,
               "what the former one still sends is dropped")


@pytest.mark.req("HA-34")
def test_deregistration_ends_forwarding(start):
    lab = start.lab
    r, = start(PREFIXES)
    home = bring(r, "mn", NAI)
    assert_reaches(lab, "mn", home)
    reply = r.register(NAI, home=home, lifetime=0)
    assert reply.code == 0 and reply.lifetime == 0
    assert lab.ping("cn", home, 1, "-W", "0.3") == 0
    assert lab.ping("mn", CORRESPONDENT, 1, "-I", home, "-W", "0.3") == 0
    assert lab.drops("ha")["tunnel-unknown"] == 1
    assert bound(lab) is None
    assert bring(r, "mn", NAI) == home  # again the same (D12)
    assert_reaches(lab, "mn", home)


@pytest.mark.req("HA-35", "EXT-10", "EXT-11")
def test_an_operator_ends_a_hosts_service_at_its_router(start):
    lab = start.lab
    r, = start(SHARED)
    home = bring(r, "mn", NAI)
    lab.command("ha", "revoke", NAI)
    revocation = r.wait_revocation()
    assert (revocation.nai, revocation.care_of) == (NAI, r.address)
    assert revocation.get(mip4.HOA) == b"\0" + socket.inet_pton(socket.AF_INET6, home)
    assert revocation.authenticated(NODE_KEY, mip4.FHAE, hashlib.sha256)
    assert bound(lab) is None
    assert lab.ping("cn", home, 1, "-W", "0.3") == 0


@pytest.mark.req("HA-1", "HA-38")
@pytest.mark.parametrize("pool, unique", ((PREFIXES, True), (SHARED, False)))
def test_no_two_of_a_hundred_hosts_have_the_same(start, pool, unique):
    r, = start(pool)
    given = [home_address(r.register(f"host{i}@lab.example")) for i in range(100)]
    assert {u for _, u in given} == {unique}
    length = 8 if unique else 16  # octets that must differ
    assert len({socket.inet_pton(socket.AF_INET6, a)[:length] for a, _ in given}) == 100
    assert {b["home-address"] for b in start.lab.show("ha", "bindings")["bindings"]} == \
        {a for a, _ in given}


@pytest.mark.req("HA-4", "HA-5", "HA-48")
def test_an_address_of_the_home_link_is_probed_first_and_defended(start):
    lab = start.lab
    first, second = "2001:db8:1::1000", "2001:db8:1::1001"
    lab.run("hl", "ip", "addr", "add", f"{first}/64", "dev", "eth0", "nodad")
    r, = start(f"{{addresses: {first}-{second}}}")
    link, core = Capture(lab, "hl", "eth0"), Capture(lab, "ha", "core0")
    home = bring(r, "mn", NAI)
    replied = core.wait_message(mip4.RRP)
    assert home == second, "the other host of the home link has the first"
    for address in (first, second):
        probe = link.wait(lambda f: f.icmp6 == NS and f.target == address)
        assert probe.ip6_source == "::" and probe.source == lab.mac("ha", "home0")
        assert probe.time < replied.time
    assert_reaches(lab, "mn", home)
    assert lab.ping("hl", home) == 3
    defence = link.first(lambda f: f.icmp6 == NA and f.target == home)
    assert defence.source == lab.mac("ha", "home0")
    # and nothing is left for another
    assert r.register(OTHER).code == 130


def pools(lab):
    return {p["pool"]: p for p in lab.show("ha", "pools")["pools"]}


def test_pools_are_shown_as_they_are_configured(start):
    lab = start.lab
    r, = start(PREFIXES, SHARED, "{addresses: 2001:db8:6::10-2001:db8:6::1f, realm: other.example}")
    home, _ = home_address(r.register(NAI, identifier=IDENTIFIER))
    there = pools(lab)
    assert set(there) == {"2001:db8:100::/40", "2001:db8:5::/64",
                          "2001:db8:6::10-2001:db8:6::1f"}
    whole = there["2001:db8:100::/40"]
    assert (whole["size"], whole["used"], whole["kept"]) == (1 << 24, 1, 0)
    assert whole["free"] == (1 << 24) - 1
    assert there["2001:db8:5::/64"]["size"] is None
    assert there["2001:db8:6::10-2001:db8:6::1f"]["size"] == 16
    r.register(NAI, home=home, lifetime=0)
    whole = pools(lab)["2001:db8:100::/40"]
    assert (whole["used"], whole["kept"], whole["free"]) == (0, 1, (1 << 24) - 1)
    text = lab.command("ha", "show", "pools").stdout
    assert "2001:db8:100::/40" in text and "other.example" in text


def test_a_pool_that_a_reload_removes_goes_on_for_those_that_have_an_address(start):
    lab = start.lab
    r, = start(SHARED, PREFIXES)
    home = bring(r, "mn", NAI)
    path = lab.state / "ha.yaml"
    path.write_text(path.read_text().replace(f"{SHARED}, ", ""))
    os.kill(lab.pid("ha"), signal.SIGHUP)
    there = wait_until(lambda: "configuration reloaded" in lab.log("ha") and pools(lab), 5,
                       "the reload is over")
    assert there["2001:db8:5::/64"]["ending"] and not there["2001:db8:100::/40"]["ending"]
    assert "shared, ending" in lab.command("ha", "show", "pools").stdout
    assert home_address(r.register(NAI, home=home))[0] == home
    assert_reaches(lab, "mn", home)
    assert home_address(r.register(OTHER))[0].startswith("2001:db8:1"), "of what is left"


class Fast(Pings):
    RATE = 200


def test_hosts_are_served_on_over_a_restart(start):
    lab = start.lab
    r, second = start(PREFIXES, names=("an1", "an2"))
    home = bring(r, "mn", NAI)
    assert_reaches(lab, "mn", home)
    before, given = bound(lab), pools(lab)
    pings = Fast(lab, "mn", CORRESPONDENT)
    wait_until(lambda: pings.last() >= 50, 10, "pings are answered")
    lab.kill("ha")
    until = pings.last() + 100
    wait_until(lambda: pings.last() >= until, 10, "pings are answered while nobody is there")
    lab.start("ha")
    after = bound(lab)
    assert [after[k] for k in ("home-address", "care-of", "unique", "mode")] == \
        [before[k] for k in ("home-address", "care-of", "unique", "mode")]
    assert {k: (p["used"], p["kept"]) for k, p in pools(lab).items()} == \
        {k: (p["used"], p["kept"]) for k, p in given.items()}
    reply = r.register(NAI, home=home)
    assert reply.code == 0 and home_address(reply)[0] == home
    assert home_address(r.register(OTHER))[0] != home
    until = pings.last() + 100
    wait_until(lambda: pings.last() >= until, 10, "pings are answered")
    assert pings.cost(min(pings.replies), pings.last())[0] == 0
    pings.stop()
    # who is to be told, and how, has survived, too
    lab.kill("ha")
    lab.start("ha")
    assert home_address(second.register(NAI)) == (home, True)
    revocation = r.wait_revocation()
    assert (revocation.nai, revocation.get(mip4.HOA)) == (NAI, reply.get(mip4.HOA))
    assert revocation.authenticated(NODE_KEY, mip4.FHAE, hashlib.sha256)


@pytest.mark.req("HA-40")
def test_without_the_routers_authenticator_nothing_is_given(start):
    r, = start(PREFIXES)
    # the denial is signed with what the home agent knows of the router: the right key
    assert r.register(NAI, key=b"another-key-of-no-use-whatsoever").code == 132
    assert start.lab.show("ha", "bindings")["bindings"] == []
