# SPDX-License-Identifier: Apache-2.0
"""DHCPv6 clients that were written by others, at access routers: each gets its address, is reached,
renews, moves and keeps it, and releases it (draft 3.1.2). They go through it side by side."""

import ipaddress

import pytest

import clients
from conftest import ROUTERS, new_lab
from netlab import CORRESPONDENT, HOME_AGENT, LabError, wait_until

SHARED = ipaddress.ip_network("2001:db8:3::/64")
PREFERRED = 12  # s: clients renew after half of it; wide-dhcpv6 not before 30 s, whatever it is told


class Hosts:
    """One for each client that can be had, plugged into ar1."""

    def __init__(self, lab, trigger, kinds):
        self.lab, self.trigger = lab, trigger
        for name in ROUTERS[1:]:
            lab.set(name, trigger=trigger, preferred=f"{PREFERRED}s", valid="5m")
        lab.start(*ROUTERS)
        self.clients = []
        for number, kind in enumerate(kinds, 0x20):
            lab.add_host(kind.name, number)
            self.clients.append(kind(lab, kind.name))
            lab.plug(kind.name, "ar1")
        for client in self.clients:
            client.start()
        self.addresses = {c.name: clients.wait_leased(lab, c.name) for c in self.clients}

    def counts(self, router):
        """What became of DHCPv6 messages there: (message, outcome) -> how many."""
        return {(d["message"], d["outcome"]): d["count"] for d in self.lab.show(router, "dhcp6")["dhcp6"]}

    def at(self, router):
        """Addresses of the hosts that are attached there, by MAC."""
        return {a["mac"]: a["home-address"] for a in self.lab.show(router, "attachments")["attachments"]
                if a["state"] == "attached"}

    def expected(self):
        return {self.lab.mac(name, "eth0"): address for name, address in self.addresses.items()}

    def assert_reached(self):
        for name, address in self.addresses.items():
            assert self.lab.ping(name, CORRESPONDENT) == 3, name
            assert self.lab.ping("cn", address) == 3, name

    def assert_addresses_stay(self):
        assert {c.name: self.lab.addresses(c.name) for c in self.clients} == \
            {name: [address] for name, address in self.addresses.items()}


@pytest.fixture(scope="module")
def missing():
    """Why a client cannot be had."""
    return {kind: reason for kind in clients.ALL if (reason := kind.missing())}


@pytest.fixture(scope="module", params=("request", "solicit"))
def hosts(request, missing):
    lab = new_lab()
    lab.up()
    try:
        yield Hosts(lab, request.param, [kind for kind in clients.ALL if kind not in missing])
    except LabError as error:
        logs = "\n".join(f"--- {p.parent.name}\n{p.read_text()[-2000:]}"
                         for p in (lab.state / "clients").glob("*/log"))
        pytest.fail(f"{error}\n{logs}\n{lab.log('ar1')}")
    finally:
        lab.down()


@pytest.mark.parametrize("kind", clients.ALL, ids=lambda kind: kind.name)
def test_each_client_takes_part(missing, kind):
    if kind in missing:
        pytest.skip(missing[kind])


@pytest.mark.req("AR-21", "AR-24", "AR-26", "GEN-1", "GEN-6", "GEN-8", "MN-1")
def test_each_gets_the_home_address_that_the_home_agent_chose(hosts):
    lab = hosts.lab
    assert all(ipaddress.ip_address(a) in SHARED for a in hosts.addresses.values())
    assert len(set(hosts.addresses.values())) == len(hosts.clients)
    bound = {b["nai"]: b["home-address"] for b in lab.show("ha", "bindings")["bindings"]}
    assert bound == {f"{mac.replace(':', '')}@lab.example": a for mac, a in hosts.expected().items()}
    assert hosts.at("ar1") == hosts.expected()
    leases = {entry["mac"]: entry["address"] for entry in lab.show("ar1", "leases")["leases"]}
    assert leases == hosts.expected()
    hosts.assert_reached()


@pytest.mark.req("AR-8", "AR-36", "AR-37")
def test_all_have_one_tunnel(hosts):
    tunnels = hosts.lab.show("ar1", "tunnels")["tunnels"]
    assert len(tunnels) == len(hosts.clients)
    assert {(t["local"], t["remote"]) for t in tunnels} == {("10.0.11.1", HOME_AGENT)}


def test_each_renews(hosts):
    before = hosts.counts("ar1").get(("RENEW", "leased"), 0)
    wide = next(c for c in hosts.clients if c.name == "wide")
    wait_until(lambda: "send renew" in wide.log(), 60, "wide renews")
    wait_until(lambda: hosts.counts("ar1").get(("RENEW", "leased"), 0) >= before + len(hosts.clients), 30,
               "all renew")
    hosts.assert_addresses_stay()
    assert hosts.at("ar1") == hosts.expected()


@pytest.mark.req("HA-28", "AR-29")
@pytest.mark.parametrize("carrier_is_lost", (False, True))
def test_each_keeps_its_address_when_it_moves(hosts, carrier_is_lost):
    lab = hosts.lab
    there, from_here = ("ar1", "ar2") if carrier_is_lost else ("ar2", "ar1")
    for client in hosts.clients:
        (lab.plug if carrier_is_lost else lab.move)(client.host, there)
    # Whatever it sends first registers it: data here, and DHCPv6, ND or MLD of its own.
    for client in hosts.clients:
        wait_until(lambda: lab.ping(client.host, CORRESPONDENT, 1), 10, f"{client.name} is reached")
    wait_until(lambda: hosts.at(there) == hosts.expected(), 10, f"{there} has them all")
    wait_until(lambda: not hosts.at(from_here), 10, f"{from_here} has let them go")
    hosts.assert_reached()
    hosts.assert_addresses_stay()


@pytest.mark.req("AR-28")
def test_each_releases_its_address(hosts):
    lab = hosts.lab
    for client in hosts.clients:
        client.release()
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 10, "no host is registered")
    assert all(lab.addresses(c.host) == [] for c in hosts.clients)
    assert lab.show("ar1", "leases")["leases"] == []
    released = sum(n for (message, _), n in hosts.counts("ar1").items() if message == "RELEASE")
    assert released >= len(hosts.clients)
