# SPDX-License-Identifier: Apache-2.0
"""Figure 3 of the draft (3.1.2), decoded by tshark: what each step says of it is what is on the wire,
in the order of the figure."""

import pytest

import clients
from netlab import CORRESPONDENT, HOME_AGENT, wait_until
from wire import Capture

CARE_OF = "10.0.11.1"  # of ar1, for all its hosts
FIELDS = ("frame.time_epoch", "dhcpv6.msgtype", "dhcpv6.iaaddr.ip", "mip.type", "mip.nai", "mip.coa",
          "mip.haaddr", "mip.code", "mip.ext.type", "ip.src", "ip.dst", "ip.proto", "ipv6.src",
          "ipv6.dst", "_ws.malformed")
REQUEST, REPLY = "3", "7"  # of DHCPv6 (RFC 8415 7.3)
RRQ, RRP = "1", "3"
ASK, HOME = 127, 255       # the draft's extensions 4.1 and 4.2, which tshark does not know


def read(capture, expression):
    """Dictionaries of the fields that a frame has."""
    return [{k: v for k, v in zip(FIELDS, row) if v} for row in capture.tshark(expression, *FIELDS)]


@pytest.fixture
def flow(routers):
    """The host has its address and has sent a ping; (access link, core, address)."""
    lab = routers
    access, core = Capture(lab, "ar1", "acc0"), Capture(lab, "ar1", "core0")
    lab.plug("mn", "ar1")
    _, address = clients.requests_address(lab, "mn")
    assert lab.ping("mn", CORRESPONDENT, 1) == 1
    core.wait(lambda f: f.tunnelled and f.outer_destination == CARE_OF, what="the answer")
    access.stop()
    core.stop()
    return lab, access, core, address


def first(rows, **wanted):
    """The first row with these fields (_ for .)."""
    for row in rows:
        if all(row.get(k.replace("_", ".")) == v for k, v in wanted.items()):
            return row
    raise AssertionError(f"no frame with {wanted} among {rows}")


@pytest.mark.req("AR-9", "AR-14", "AR-22", "AR-23", "AR-24", "AR-26", "AR-35", "AR-36", "AR-37")
def test_the_flow_is_that_of_figure_3(flow):
    lab, access, core, address = flow
    on_access, on_core = read(access, "dhcpv6 || ipv6"), read(core, "mip || ip.proto == 41")
    assert not any("_ws.malformed" in row for row in on_access + on_core)
    steps = [
        # 2) MN -> AR: DHCPv6 REQ
        first(on_access, dhcpv6_msgtype=REQUEST),
        # 3) AR -> HA: RRQ [HoAReqExt(IID=0)]
        first(on_core, mip_type=RRQ, ip_src=CARE_OF, ip_dst=HOME_AGENT, mip_coa=CARE_OF,
              mip_haaddr=HOME_AGENT, mip_nai="020000000001@lab.example"),
        # 4) HA -> AR: RRP [HoAExt(HoA)]
        first(on_core, mip_type=RRP, ip_src=HOME_AGENT, ip_dst=CARE_OF, mip_code="0"),
        # 5) AR -> MN: DHCPv6 REP [HoA]
        first(on_access, dhcpv6_msgtype=REPLY, dhcpv6_iaaddr_ip=address),
        # 6) MN <-> AR <=> HA: IPv6, and in the 6over4 tunnel
        first(on_access, ipv6_src=address, ipv6_dst=CORRESPONDENT),
        first(on_core, ip_src=CARE_OF, ip_dst=HOME_AGENT, ip_proto="41", ipv6_src=address,
              ipv6_dst=CORRESPONDENT),
        first(on_core, ip_src=HOME_AGENT, ip_dst=CARE_OF, ip_proto="41", ipv6_src=CORRESPONDENT,
              ipv6_dst=address),
        first(on_access, ipv6_src=CORRESPONDENT, ipv6_dst=address),
    ]
    times = [float(step["frame.time_epoch"]) for step in steps]
    assert times == sorted(times)

    # Nothing was asked of the home agent before, and nothing twice.
    asked = [r for r in on_core if r.get("mip.type") == RRQ]
    assert len(asked) == 1

    # What the extensions hold: tshark names their types, their octets are as the draft draws them.
    types = steps[1]["mip.ext.type"].split(",")
    assert str(ASK) in types and types[-1] == "34"  # FHAE, last (5.4.2)
    types = steps[2]["mip.ext.type"].split(",")
    assert str(HOME) in types and types[-1] == "34"
    (_, request), = core.messages(int(RRQ))
    (_, reply), = core.messages(int(RRP))
    assert request.get(ASK) == bytes(9)  # subtype or flags 0, IID 0
    bound, = lab.show("ha", "bindings")["bindings"]
    assert bound["home-address"] == address
    assert reply.get(HOME)[1:] == clients.packed(address)
