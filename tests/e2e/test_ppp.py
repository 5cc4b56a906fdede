# SPDX-License-Identifier: Apache-2.0
"""A host that dials in at access routers, as it, its correspondents and operators meet it: pppd with
its PPPoE plug-in on Debian's own kernel, in a guest (draft 3.1.1, Figures 1 and 2)."""

import ipaddress
import re
import shutil

import pytest

import clients
import mip4
from conftest import ROUTERS, new_lab
from netlab import CORRESPONDENT, HOME_AGENT, SECRET, USER, Pings, iperf, wait_until
from ppp import PppHost
from wire import Capture

HOST = "ppp"
OVER = ("terminate", "ended")
SHARED = ipaddress.ip_network("2001:db8:3::/64")
UNIQUE = ipaddress.ip_network("2001:db8:100::/40")
ACCEPTED = {"pap": r"rcvd \[PAP AuthAck", "chap": r"rcvd \[CHAP Success", "eap": r"rcvd \[EAP Success"}
ASKED = {"pap": "<auth pap>", "chap": "<auth chap MD5>", "eap": "<auth eap>"}


@pytest.fixture(scope="module")
def dial_lab():
    """A guest takes seconds to start: there is one lab for all tests."""
    lab = new_lab()
    lab.up()
    try:
        lab.host = PppHost(lab, HOST, 0x40)
        lab.fresh = {path: path.read_text() for path in lab.state.glob("*.yaml")}
        yield lab
    finally:
        lab.down()


@pytest.fixture
def lab(dial_lab):
    """No daemon runs, and the host's cable is pulled out."""
    yield dial_lab
    if dial_lab.host.dials():
        dial_lab.host.vanish()
    dial_lab.unplug(HOST)
    dial_lab.stop(*reversed(ROUTERS))
    for name in ROUTERS:
        shutil.rmtree(dial_lab.state / f"{name}.store")
    for path, text in dial_lab.fresh.items():
        path.write_text(text)


def start(lab, **values):
    """The daemons, configured so, and the host at ar1."""
    for name in ROUTERS[1:]:
        lab.set(name, addressing="pppoe", **values)
    lab.start(*ROUTERS)
    lab.plug(HOST, "ar1")


def dial(lab, secret=SECRET):
    """The address that it gets."""
    lab.host.dial(USER, secret)
    return lab.host.wait_address()


def bindings(lab):
    return lab.show("ha", "bindings")["bindings"]


def sessions(lab, router="ar1"):
    """Those that go on."""
    return [s for s in lab.show(router, "sessions")["sessions"] if s["phase"] not in OVER]


def ended(lab, router="ar1"):
    """Why the others have, the last one last."""
    return [s["end"] for s in lab.show(router, "sessions")["sessions"] if s["phase"] == "ended"]


def wait_gone(lab, router="ar1"):
    wait_until(lambda: not bindings(lab), 10, "the home agent has let the host go")
    wait_until(lambda: not sessions(lab, router), 10, f"{router} has no session")


def identifier(address):
    return clients.packed(address)[8:]


def assigned(log):
    """The interface identifiers that the router has acknowledged to pppd."""
    return [identifier(a) for a in re.findall(r"rcvd \[IPV6CP ConfAck .*<addr (\S+)>", log)]


@pytest.mark.req("AR-1", "AR-4", "AR-10", "AR-16", "AR-17", "AR-32", "EXT-1", "GEN-4", "MN-1", "MN-2")
@pytest.mark.parametrize("prefix", ("unique", "shared"))
@pytest.mark.parametrize("authentication", ("pap", "chap", "eap"))
def test_a_host_that_dials_in_gets_its_home_address(lab, authentication, prefix):
    start(lab, authentication=authentication, prefix=prefix)
    address = dial(lab)
    log = lab.host.log()
    assert ASKED[authentication] in log and re.search(ACCEPTED[authentication], log), log
    assert ipaddress.ip_address(address) in (UNIQUE if prefix == "unique" else SHARED)
    link_local, = lab.host.link_local()
    assert identifier(address) == identifier(link_local)
    assert assigned(log)[-1:] == [identifier(address)], log
    bound, = bindings(lab)
    assert (bound["nai"], bound["home-address"]) == (USER, address)
    assert bound["unique"] == (prefix == "unique")
    session, = sessions(lab)
    assert (session["nai"], session["home-address"], session["phase"]) == (USER, address, "open")
    assert lab.ping(HOST, CORRESPONDENT) == 3
    assert lab.ping("cn", address) == 3


@pytest.mark.req("AR-12", "AR-17")
def test_a_host_may_have_the_identifier_that_it_asks_for(lab):
    start(lab, iid_policy="accept-peer")
    lab.host.dial(USER, SECRET, "ipv6 ::1234:5678:9abc:def0")
    assert lab.host.wait_address().endswith(":1234:5678:9abc:def0")
    log = lab.host.log()
    assert "IPV6CP ConfNak" not in log and "IPV6CP ConfRej" not in log, log
    assert lab.ping(HOST, CORRESPONDENT) == 3


@pytest.mark.req("AR-36", "AR-37")
def test_tcp_passes_both_ways(lab):
    """In frames that a network card could carry: the host's checks every checksum, and joins none."""
    start(lab)
    dial(lab)
    assert lab.host.shell("cat /proc/sys/net/ipv6/conf/ppp0/mtu").strip() == "1480"
    for way in ((), ("-R",)):
        end = iperf(lab, HOST, "cn", CORRESPONDENT, "-t", 2, *way)
        assert end["sum_received"]["bytes"] > 1_000_000, end
    names, counts = (line.split() for line in lab.host.shell("grep ^Tcp: /proc/net/snmp").splitlines())
    counted = dict(zip(names, counts))
    assert counted["InCsumErrors"] == "0" and counted["InErrs"] == "0"


@pytest.mark.req("AR-27", "AR-28")
def test_a_host_that_hangs_up_is_deregistered(lab):
    start(lab)
    address = dial(lab)
    core = Capture(lab, "ar1", "core0")
    lab.host.hang_up()
    wait_gone(lab)
    request = core.wait_message(mip4.RRQ).mip4
    assert request.lifetime == 0
    assert request.get(mip4.HOA)[1:] == clients.packed(address)
    assert ended(lab)[-1] == "terminated-by-host"


@pytest.mark.req("HA-28")
@pytest.mark.parametrize("prefix", ("unique", "shared"))
@pytest.mark.parametrize("leave", ("hang_up", "vanish"))
def test_a_host_that_redials_elsewhere_has_the_same_address(lab, leave, prefix):
    start(lab, prefix=prefix)
    address = dial(lab)
    getattr(lab.host, leave)()
    if leave == "hang_up":
        wait_gone(lab)
    lab.move(HOST, "ar2")
    assert dial(lab) == address
    assert [s["nai"] for s in sessions(lab, "ar2")] == [USER]
    wait_until(lambda: not sessions(lab, "ar1"), 10, "ar1 has let the host go")
    assert lab.ping(HOST, CORRESPONDENT) == 3
    assert lab.ping("cn", address) == 3


def test_a_host_that_redials_where_it_was_replaces_its_session(lab):
    start(lab)
    address = dial(lab)
    before, = sessions(lab)
    lab.host.vanish()
    assert dial(lab) == address
    session, = sessions(lab)
    assert session["session"] != before["session"]
    assert lab.ping("cn", address) == 3


@pytest.mark.req("AR-33")
@pytest.mark.parametrize("authentication", ("pap", "chap", "eap"))
def test_with_a_wrong_secret_there_is_no_network_protocol(lab, authentication):
    start(lab, authentication=authentication)
    core = Capture(lab, "ar1", "core0")
    access = Capture(lab, "ar1", "acc0")
    lab.host.dial(USER, SECRET + "!")
    lab.host.wait_ended()
    log = lab.host.log()
    assert ASKED[authentication] in log and "Failed to authenticate ourselves" in log, log
    assert "IPV6CP" not in log
    assert ended(lab) == ["authentication-failed"]
    assert not access.tshark("ppp.protocol == 0x8057 || ppp.protocol == 0x57", "frame.number")
    assert not core.messages() and not bindings(lab)


@pytest.mark.req("AR-29")
def test_an_operators_revocation_ends_the_session(lab):
    start(lab)
    dial(lab)
    core = Capture(lab, "ar1", "core0")
    lab.command("ha", "revoke", USER)
    lab.host.wait_ended()
    core.wait_message(mip4.REVOCATION)
    core.wait_message(mip4.ACK)
    assert "LCP terminated by peer" in lab.host.log()
    wait_gone(lab)
    assert ended(lab)[-1] == "revoked"


def test_a_host_that_does_not_answer_any_more_is_deregistered(lab):
    start(lab, echo_interval="1s")
    dial(lab)
    lab.host.vanish()
    wait_gone(lab)
    assert ended(lab)[-1] == "host-silent"


@pytest.mark.req("AR-27", "AR-28")
def test_a_host_whose_link_is_lost_is_deregistered(lab):
    start(lab, detach_delay="1s")
    dial(lab)
    lab.run("ar1", "ip", "link", "set", "acc0", "down")
    try:
        wait_gone(lab)
        assert ended(lab)[-1] == "link-lost"
    finally:
        lab.run("ar1", "ip", "link", "set", "acc0", "up")


@pytest.mark.req("AR-7")
def test_a_host_that_the_home_agent_denies_gets_no_network_protocol(lab):
    configuration = lab.state / "ha.yaml"
    configuration.write_text(re.sub(r"(?m)^  pools:.*\n(    .*\n)*", "", configuration.read_text()))
    start(lab)
    lab.host.dial(USER, SECRET)
    lab.host.wait_ended()
    log = lab.host.log()
    assert re.search(ACCEPTED["chap"], log) and not assigned(log), log
    assert ended(lab)[-1] == "refused-by-home-agent"
    assert not bindings(lab)


def test_a_killed_router_comes_back_with_its_sessions(lab):
    start(lab)
    address = dial(lab)
    before = sessions(lab)
    pings = Pings(lab, "cn", address)
    pings.wait_steady(0)
    first = pings.last()
    lab.kill("ar1")
    wait_until(lambda: pings.last() > first + Pings.RATE, 10, "pings are answered meanwhile")
    lab.start("ar1")
    wait_until(lambda: sessions(lab), 10, "ar1 knows its session")
    again = pings.last()
    wait_until(lambda: pings.last() > again + Pings.RATE // 2, 10, "pings are answered afterwards")
    assert pings.cost(first, pings.last())[0] == 0
    pings.stop()
    session, = sessions(lab)
    assert (session["session"], session["home-address"]) == (before[0]["session"], address)
    assert lab.host.dials() and lab.host.log().count("IPV6CP ConfAck") == 2  # one each
    lab.host.hang_up()
    wait_gone(lab)


def test_a_router_that_is_stopped_ends_its_sessions(lab):
    start(lab)
    dial(lab)
    lab.stop("ar1")
    lab.host.wait_ended()
    assert "Modem hangup" in lab.host.log()  # PADT
    assert not bindings(lab)


FIELDS = ("frame.time_epoch", "eth.src", "pppoe.code", "ppp.protocol", "ppp.code", "ppp.identifier",
          "lcp.opt.auth_protocol", "pap.code", "chap.code", "ipv6cp.interface_identifier", "icmpv6.type",
          "icmpv6.opt.prefix", "mip.type", "mip.nai", "mip.coa", "mip.haaddr", "mip.code", "mip.ext.type",
          "ip.src", "ip.dst", "ip.proto", "ipv6.src", "ipv6.dst", "_ws.malformed")
PADI, PADO, PADR, PADS = "0x09", "0x07", "0x19", "0x65"
LCP, CHAP, IPV6CP = "0xc021", "0xc223", "0x8057"
REQUEST, ACK, NAK = "1", "2", "3"      # of LCP and IPv6CP (RFC 1661 5)
CHALLENGE, RESPONSE, SUCCESS = "1", "2", "3"
RS, RA = "133", "134"
ASK, HOME = 127, 255                   # the draft's extensions 4.1 and 4.2, unknown to tshark
CARE_OF = "10.0.11.1"                  # of ar1, for all its hosts


def read(capture, expression):
    """Dictionaries of the fields that a frame has."""
    return [{k: v for k, v in zip(FIELDS, row) if v} for row in capture.tshark(expression, *FIELDS)]


def first(rows, **wanted):
    """The first row with these fields (__ for .)."""
    wanted = {k.replace("__", "."): v for k, v in wanted.items()}
    for row in rows:
        if all(row.get(k) == v for k, v in wanted.items()):
            return row
    raise AssertionError(f"no frame with {wanted} among {rows}")


def in_order(*steps):
    times = [float(step["frame.time_epoch"]) for step in steps]
    return times == sorted(times)


def flow(lab, prefix):
    """What was on the access link and in the core when the host has dialled in and sent a ping."""
    start(lab, prefix=prefix)
    access, core = Capture(lab, "ar1", "acc0"), Capture(lab, "ar1", "core0")
    address = dial(lab)
    assert lab.ping(HOST, CORRESPONDENT, 1) == 1
    core.wait(lambda f: f.tunnelled and f.outer_destination == CARE_OF, what="the answer")
    access.stop()
    core.stop()
    on_access, on_core = read(access, "pppoed || pppoes"), read(core, "mip || ip.proto == 41")
    assert not any("_ws.malformed" in row for row in on_access + on_core)
    (_, request), = core.messages(mip4.RRQ)
    (_, reply), = core.messages(mip4.RRP)
    return on_access, on_core, address, request.get(ASK), reply.get(HOME)


def assert_figure(lab, on_access, on_core, address):
    """The steps that both figures have. The router's own request (4) and its answer (7) are not
    ordered among the others, but the router does not wait for the home agent."""
    host, router = {"eth__src": lab.host.mac}, {"eth__src": "02:4e:4d:34:00:01"}
    iid = identifier(address).hex(":")
    # 1) LCP, and in it the authentication; before it, PPPoE's discovery
    lcp = [
        first(on_access, pppoe__code=PADI, **host),
        first(on_access, pppoe__code=PADO, **router),
        first(on_access, pppoe__code=PADR, **host),
        first(on_access, pppoe__code=PADS, **router),
        first(on_access, ppp__protocol=LCP, ppp__code=REQUEST, lcp__opt__auth_protocol=CHAP, **router),
        first(on_access, ppp__protocol=LCP, ppp__code=ACK, lcp__opt__auth_protocol=CHAP, **host),
        first(on_access, ppp__protocol=CHAP, chap__code=CHALLENGE, **router),
        first(on_access, ppp__protocol=CHAP, chap__code=RESPONSE, **host),
        first(on_access, ppp__protocol=CHAP, chap__code=SUCCESS, **router),
    ]
    steps = [
        # 2) MN -> AR: IPv6CP Cfg-Req[IID=any]
        first(on_access, ppp__protocol=IPV6CP, ppp__code=REQUEST, **host),
        # 3) AR -> HA: RRQ [HoAReqExt]
        first(on_core, mip__type=str(mip4.RRQ), ip__src=CARE_OF, ip__dst=HOME_AGENT, mip__coa=CARE_OF,
              mip__haaddr=HOME_AGENT, mip__nai=USER),
        # 5) HA -> AR: RRP [HoAExt(HoA)]
        first(on_core, mip__type=str(mip4.RRP), ip__src=HOME_AGENT, ip__dst=CARE_OF, mip__code="0"),
        # 6) AR -> MN: IPv6CP Cfg-Nak[IID]
        first(on_access, ppp__protocol=IPV6CP, ppp__code=NAK, ipv6cp__interface_identifier=iid, **router),
        # 8) MN -> AR: IPv6CP Cfg-Req[IID]
        first(on_access, ppp__protocol=IPV6CP, ppp__code=REQUEST, ipv6cp__interface_identifier=iid, **host),
        # 9) AR -> MN: IPv6CP Cfg-Ack
        first(on_access, ppp__protocol=IPV6CP, ppp__code=ACK, ipv6cp__interface_identifier=iid, **router),
    ]
    # 4) AR -> MN: IPv6CP Cfg-Req[IID], 7) MN -> AR: IPv6CP Cfg-Ack
    own = first(on_access, ppp__protocol=IPV6CP, ppp__code=REQUEST, **router)
    agreed = first(on_access, ppp__protocol=IPV6CP, ppp__code=ACK,
                   ipv6cp__interface_identifier=own["ipv6cp.interface_identifier"], **host)
    assert in_order(*lcp, *steps)
    assert in_order(lcp[-1], own, agreed) and in_order(own, steps[2])
    assert own["ipv6cp.interface_identifier"] != iid

    # 10) MN -> AR: RS, 11) AR -> MN: RA [home prefix], from the address that was negotiated
    prefix = str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    solicited = first(on_access, icmpv6__type=RS, **host)
    announced = [row for row in on_access if row.get("icmpv6.type") == RA]
    assert {row["icmpv6.opt.prefix"] for row in announced} == {prefix}
    assert {identifier(row["ipv6.src"]).hex(":") for row in announced} == \
        {own["ipv6cp.interface_identifier"]}
    assert in_order(steps[-1], agreed) or in_order(agreed, steps[-1])
    assert in_order(max(steps[-1], agreed, key=lambda row: row["frame.time_epoch"]), announced[0])
    assert in_order(steps[-1], solicited, announced[-1])
    # 12) is the address. 13) MN <-> AR <=> HA: IPv6, and in the 6over4 tunnel
    assert in_order(
        announced[0],
        first(on_access, ipv6__src=address, ipv6__dst=CORRESPONDENT),
        first(on_core, ip__src=CARE_OF, ip__dst=HOME_AGENT, ip__proto="41", ipv6__src=address,
              ipv6__dst=CORRESPONDENT),
        first(on_core, ip__src=HOME_AGENT, ip__dst=CARE_OF, ip__proto="41", ipv6__src=CORRESPONDENT,
              ipv6__dst=address),
        first(on_access, ipv6__src=CORRESPONDENT, ipv6__dst=address))

    types = steps[1]["mip.ext.type"].split(",")
    assert str(ASK) in types and types[-1] == "34"  # FHAE, last (5.4.2)
    types = steps[2]["mip.ext.type"].split(",")
    assert str(HOME) in types and types[-1] == "34"


@pytest.mark.req("AR-1", "AR-2", "AR-3", "AR-4", "AR-5", "AR-7", "AR-9", "AR-12", "AR-13", "AR-14",
                 "AR-15", "AR-16", "AR-17", "AR-18", "AR-30", "AR-35", "AR-36", "AR-37")
def test_with_a_prefix_of_its_own_the_flow_is_that_of_figure_1(lab):
    on_access, on_core, address, asked, given = flow(lab, "unique")
    assert_figure(lab, on_access, on_core, address)
    assert asked == b"\0" + identifier(address)  # the router's choice
    assert given == b"\x80" + clients.packed(address)  # exclusively his: U (4.2)


@pytest.mark.req("AR-19", "AR-20", "AR-31")
def test_with_a_shared_prefix_the_flow_is_that_of_figure_2(lab):
    on_access, on_core, address, asked, given = flow(lab, "shared")
    assert_figure(lab, on_access, on_core, address)
    assert asked == bytes(9)
    assert given == b"\0" + clients.packed(address)
