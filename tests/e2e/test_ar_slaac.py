# SPDX-License-Identifier: Apache-2.0
"""Stock hosts without DHCPv6 at access routers: each is announced a /64 of its own (D7, D8)."""

import ipaddress
import time

import pytest

import mip4
from conftest import ROUTERS
from netlab import CORRESPONDENT, Pings, wait_until
from wire import RA, Capture

OWN = ipaddress.ip_network("2001:db8:100::/40")


@pytest.fixture
def slaac(lab):
    for name in ROUTERS[1:]:
        lab.set(name, addressing="slaac")
    lab.start(*ROUTERS)
    return lab


def network(address):
    return ipaddress.ip_network(f"{address}/64", strict=False)


def plain(flag):
    return {"True": "1", "False": "0"}.get(flag, flag)


def at(lab, router):
    return [a["nai"] for a in lab.show(router, "attachments")["attachments"] if a["state"] == "attached"]


@pytest.mark.req("AR-2", "AR-3", "AR-13", "AR-18", "AR-30", "AR-32")
def test_what_the_router_asks_for_is_what_it_announces(slaac):
    """It chooses the last 64 bits, the home agent the prefix."""
    lab = slaac
    access, core = Capture(lab, "ar1", "acc0"), Capture(lab, "ar1", "core0")
    lab.plug("mn", "ar1")
    address = lab.wait_address("mn")
    asked = core.wait_message(mip4.RRQ).mip4.get(mip4.HOA_REQUEST)
    given = core.wait_message(mip4.RRP).mip4.get(mip4.HOA)
    assert len(asked) == 9 and asked[1:] != bytes(8)
    assert given[9:] == asked[1:] and given[1:9] == ipaddress.ip_address(address).packed[:8]
    access.wait(lambda f: f.icmp6 == RA)
    rows = access.tshark("icmpv6.type == 134", "ipv6.src", "icmpv6.opt.prefix", "icmpv6.opt.prefix.length",
                         "icmpv6.opt.prefix.flag.a", "icmpv6.opt.prefix.flag.l", "icmpv6.nd.ra.flag.m")
    prefix = str(network(address).network_address)
    assert [prefix, "64", "1", "0", "0"] in [[r[1], r[2], *map(plain, r[3:])] for r in rows], rows
    assert all(r[0] == "fe80::1" for r in rows)


@pytest.mark.req("AR-30", "AR-32")
def test_each_host_has_a_prefix_of_its_own(slaac):
    lab = slaac
    lab.add_host("mn2", 2)
    access = Capture(lab, "ar1", "acc0")
    lab.plug("mn", "ar1")
    lab.plug("mn2", "ar1")
    addresses = [lab.wait_address(name) for name in ("mn", "mn2")]
    networks = [network(a) for a in addresses]
    assert networks[0] != networks[1] and all(n.subnet_of(OWN) for n in networks)
    for name in ("mn", "mn2"):
        assert lab.ping(name, CORRESPONDENT) == 3
    assert lab.ping("mn", addresses[1]) == 3  # through their router and the home agent
    bound = lab.show("ha", "bindings")["bindings"]
    assert sorted(str(network(b["home-address"])) for b in bound) == sorted(map(str, networks))
    assert all(b["unique"] for b in bound)
    # Each advertisement with a prefix goes to one host (RFC 6085).
    macs = {lab.mac(name, "eth0") for name in ("mn", "mn2")}
    assert {f.destination for f in access.frames(lambda f: f.icmp6 == RA)} <= macs


@pytest.mark.req("AR-36", "AR-37")
def test_a_host_reaches_the_world_from_any_address_of_its_prefix(slaac):
    lab = slaac
    lab.plug("mn", "ar1")
    another = str(network(lab.wait_address("mn"))[0x7777])
    lab.run("mn", "ip", "addr", "add", f"{another}/128", "dev", "eth0", "nodad")
    assert lab.ping("mn", CORRESPONDENT, 3, "-I", another) == 3
    assert lab.ping("cn", another) == 3


@pytest.mark.parametrize("how", ("move", "plug"))
def test_a_host_keeps_its_prefix_when_it_moves(slaac, how):
    """Without loss of carrier it sends nothing but its data; with it, nothing but MLD."""
    lab = slaac
    lab.plug("mn", "ar1")
    address = lab.wait_address("mn")
    pings = Pings(lab, "mn", CORRESPONDENT)
    pings.wait_steady(0)
    before = time.time()
    getattr(lab, how)("mn", "ar2")
    pings.wait_steady(before)
    pings.stop()
    wait_until(lambda: at(lab, "ar2") and not at(lab, "ar1"), 10, "only ar2 has the host")
    assert lab.addresses("mn") == [address]


def test_a_silent_host_that_lost_its_carrier_is_reached_again(slaac):
    """It sends two MLD reports and no more (peers: the stock kernel)."""
    lab = slaac
    lab.plug("mn", "ar1")
    address = lab.wait_address("mn")
    lab.plug("mn", "ar2")
    wait_until(lambda: at(lab, "ar2"), 10, "ar2 has the host")
    wait_until(lambda: lab.ping("cn", address, 1), 10, "it is reached")
    assert lab.addresses("mn") == [address]
