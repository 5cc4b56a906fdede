/* SPDX-License-Identifier: Apache-2.0 */
/* Who a host of an access router is, and where: names, ports, MACs and DUIDs (D1, D4, D19). */
#include "ar_world.h"

#include "proto/udp.h"

#define HOME      "2001:db8:b::1"
#define ELSEWHERE "2001:db8:1::1"

static void world_by_duid(struct world *w)
{
	world_init(w);
	w->config.ports[0].identity = w->config.ports[1].identity = AR_BY_DUID;
	world_start(w);
}

/* In digits it would be longer than a NAI may be. */
static void a_host_with_a_very_long_duid_has_no_name(void **state)
{
	static const uint8_t duid[100] = { 0, 2 };
	struct dhcp6_message m;
	struct world w;

	world_by_duid(&w);
	m = world_message(&w, 1, DHCP6_REQUEST, NULL);
	m.client_id = BYTES(duid, sizeof(duid));
	world_say(&w, 1, &m);
	assert_int_equal(world_drops(&w, DROP_IDENTITY), 1);
	assert_int_equal(world_hosts(&w), 0);
	assert_false(ar_role.wants(w.ar, &(struct packet){ .from = PACKET_HOME }));
	w.read = w.out.n;
	world_done(&w);
}

/* The next action asks the host whether it is there; the address that it is asked for. */
static struct in6_addr probed(struct world *w)
{
	for (int i = 0; i < 600; i++) {
		while (w->read < w->out.n && w->out.v[w->read].type == ACTION_LINK_SEND &&
		       w->out.v[w->read].link_send.frame.p[54] == ND_RA)
			w->read++;
		if (w->read < w->out.n && w->out.v[w->read].type == ACTION_LINK_SEND)
			return world_nd(w, 1, ND_NS).target;
		world_pass(w, 1);
	}
	fail_msg("no probe");
	return in6_all_nodes;
}

/* One of two clients at MAC 1 is registered, with 2001:db8:b::n. */
static void attach_client(struct world *w, uint8_t n)
{
	struct dhcp6_message m = world_message(w, 1, DHCP6_REQUEST, NULL);
	struct rrq q;

	m.client_id = world_duid(n);
	world_say(w, 1, &m);
	q = world_request(w);
	w->last = n;
	world_answer(w, &q, NULL);
	world_skip(w);
}

/* As hosts do: each solicitation for the home address of client 2, or for a link-local one, is
 * answered from the host's link-local address; none for that of client 3. Requests that come of it
 * are counted by client. */
static void answer_for_client_2(struct world *w, unsigned renewals[4], unsigned ends[4])
{
	const struct in6_addr gone = world_in6("2001:db8:b::3");

	for (; w->read < w->out.n; w->read++) {
		const struct action *a = &w->out.v[w->read];
		struct mip4_message m;
		struct nd na = { .type = ND_NA,
				 .src = in6_link_local_of(world_host(1)),
				 .dst = w->config.router_address,
				 .solicited = true };
		struct bytes f;

		if (a->type == ACTION_SEND) {
			assert_int_equal(
				mip4_decode(a->datagram.payload, &w->config.access.numbers, &m), 0);
			(m.lifetime ? renewals : ends)[m.hoa_address.s6_addr[15]]++;
		}
		f = a->type == ACTION_LINK_SEND ? a->link_send.frame : BYTES("", 0);
		if (f.n < 14 + 64 || f.p[14 + 40] != ND_NS)
			continue;
		memcpy(&na.target, f.p + 14 + 48, 16);
		if (!in6_equal(&na.target, &gone))
			world_frame(w, 1, packet_nd(&na));
	}
}

/* RFC 5563 4: their link-local address says no more than their MAC. */
static void hosts_that_share_a_mac_are_asked_at_their_own_addresses(void **state)
{
	unsigned renewals[4] = { 0 }, ends[4] = { 0 };
	struct world w;

	world_by_duid(&w);
	attach_client(&w, 2);
	attach_client(&w, 3);
	for (int i = 0; i < 4900; i++) { /* a renewal is due after 300 to 480 s */
		world_pass(&w, 0.1);
		answer_for_client_2(&w, renewals, ends);
	}
	assert_true(renewals[2] >= 1 && ends[2] == 0);
	assert_true(renewals[3] == 0 && ends[3] >= 1);
	world_done(&w);
}

/* What it says before it has an address may be another's. */
static void a_host_is_not_asked_at_an_address_that_is_not_its_own(void **state)
{
	const struct in6_addr home = world_in6(HOME);
	struct in6_addr asked;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_frame(&w, 1, packet_data("2001:db8:77::1", ELSEWHERE, 64));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_skip(&w);
	world_frame(&w, 1, packet_data("2001:db8:77::1", ELSEWHERE, 64));
	world_skip(&w);
	asked = probed(&w);
	assert_true(in6_equal(&asked, &home));
	world_done(&w);
}

/* D1: anybody can say a DUID. */
static void a_duid_from_another_mac_is_not_believed_while_its_host_is_there(void **state)
{
	struct dhcp6_message m;
	struct world w;

	world_by_duid(&w);
	world_attach(&w, 1);
	m = world_message(&w, 1, DHCP6_CONFIRM, HOME);
	world_say(&w, 9, &m);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 1);
	assert_int_equal(world_count(&w, DHCP6_CONFIRM, AR_DHCP6_DISCARDED), 1);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_say_on(&w, WORLD_IF_2, 9, &m);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 2);
	world_done(&w);
}

static void a_host_known_by_its_duid_is_known_after_a_restart(void **state)
{
	struct bytes key, value, kept_key, kept;
	struct world w;

	world_by_duid(&w);
	world_attach(&w, 1);
	while (ar_role.changed(w.ar, w.now, &key, &value)) {
		kept_key = world_keep(key);
		kept = world_keep(value);
	}
	ar_role.batch_end(w.ar, true, w.now);
	ar_done(w.ar);
	sa_table_done(w.keys);
	world_start(&w);
	assert_int_equal(ar_role.restore(w.ar, kept_key, kept, w.now), 0);
	ar_role.restored(w.ar, w.now);
	world_pass(&w, 0);
	world_skip(&w);
	world_ask(&w, 1, DHCP6_RENEW, HOME);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->ias[0].n_leases, 1);
	world_quiet(&w); /* it has not come from another place */
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->n_ias, 0); /* not: NoBinding */
	world_next(&w, ACTION_ADDRESS_DEL);
	world_done(&w);
}

/* D19. */
static void a_solicit_takes_nothing_along_from_another_port(void **state)
{
	const struct in6_addr home = world_in6(HOME);
	const struct dhcp6_message *r;
	struct dhcp6_message m;
	struct world w;

	world_init(&w);
	w.config.trigger = AR_TRIGGER_SOLICIT;
	world_start(&w);
	world_attach(&w, 1);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	world_say_on(&w, WORLD_IF_2, 1, &m);
	r = world_reply(&w, 1, DHCP6_ADVERTISE);
	assert_true(in6_equal(&r->ias[0].leases[0].address, &home));
	world_quiet(&w);
	m = world_message(&w, 1, DHCP6_REQUEST, HOME);
	world_say_on(&w, WORLD_IF_2, 1, &m);
	assert_int_equal(world_next(&w, ACTION_ADDRESS_SET)->address.ifindex, WORLD_IF_2);
	world_done(&w);
}

/* Neighbour discovery is between the two of them, whatever the host has to do with ports. */
static void what_a_host_from_another_port_asks_is_answered(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_frame_on(&w, WORLD_IF_2, world_host(1), packet_ns(1, HOME, "fe80::1"));
	world_nd(&w, 1, ND_NA);
	assert_int_equal(world_next(&w, ACTION_ADDRESS_SET)->address.ifindex, WORLD_IF_2);
	world_quiet(&w);
	world_done(&w);
}

static void a_solicitation_at_another_port_is_answered(void **state)
{
	struct world w;
	struct rrq q;

	world_slaac(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_skip(&w);
	world_pass(&w, 30);
	world_skip(&w);
	world_frame_on(&w, WORLD_IF_2, world_host(1), packet_rs(1));
	world_next(&w, ACTION_ADDRESS_SET);
	assert_int_equal(world_nd(&w, 1, ND_RA).n_prefixes, 1);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 0);
	world_done(&w);
}

/* D4: a port is not a way round the back-off. */
static void a_refused_host_is_held_off_at_any_port(void **state)
{
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, deny_prohibited);
	world_skip(&w);
	for (int i = 0; i < 4; i++) {
		m = world_message(&w, 1, DHCP6_CONFIRM, HOME);
		world_say_on(&w, i % 2 ? WORLD_IF : WORLD_IF_2, 1, &m);
		world_quiet(&w);
		assert_int_equal(world_count(&w, DHCP6_CONFIRM, AR_DHCP6_UNANSWERED), i + 1);
	}
	m = world_message(&w, 1, DHCP6_REQUEST, NULL);
	world_say_on(&w, WORLD_IF_2, 1, &m); /* it is told, as at the port where it was refused */
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->ias[0].status.code, DHCP6_NO_ADDRS_AVAIL);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_NO_ADDRESS), 2);
	world_frame_on(&w, WORLD_IF_2, world_host(1), packet_data(HOME, ELSEWHERE, 64));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 6);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_pass(&w, 31);
	m = world_message(&w, 1, DHCP6_REQUEST, NULL);
	world_say(&w, 1, &m);
	world_request(&w);
	world_done(&w);
}

static void a_port_that_is_full_takes_none_from_another(void **state)
{
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.access.ports[0].attachments_max = 1;
	world_start(&w);
	world_attach(&w, 1);
	m = world_message(&w, 2, DHCP6_REQUEST, NULL);
	world_say_on(&w, WORLD_IF_2, 2, &m);
	q = world_request(&w);
	w.last = 2;
	world_answer(&w, &q, NULL);
	world_skip(&w);
	m = world_message(&w, 2, DHCP6_CONFIRM, "2001:db8:b::2");
	world_say(&w, 2, &m);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_ATTACHMENTS_FULL), 1);
	world_done(&w);
}

/* A router passes on what is for servers elsewhere. */
static void dhcpv6_for_others_is_their_own(void **state)
{
	const struct in6_addr from = world_in6(HOME), to = world_in6(ELSEWHERE);
	uint8_t buf[100];
	struct writer out = writer_new(buf, sizeof(buf));
	struct world w;
	size_t start;

	world_new(&w);
	world_attach(&w, 1);
	start = udp_begin(&out, &from, &to, 1000, DHCP6_SERVER_PORT);
	write_u32(&out, 0);
	udp_end(&out, start);
	world_frame(&w, 1, world_keep(writer_bytes(&out)));
	world_next(&w, ACTION_TUNNEL_SEND);
	world_done(&w);
}

/* The next action is a Reply to host 1, as client `n`. */
static const struct dhcp6_message *reply_to(struct world *w, uint8_t n)
{
	static struct dhcp6_message m;
	struct bytes f = world_next(w, ACTION_LINK_SEND)->link_send.frame;
	struct ip6 ip;
	struct udp u;

	assert_int_equal(ip6_decode(BYTES(f.p + 14, f.n - 14), &ip), 0);
	assert_int_equal(udp_decode(&ip, &u), 0);
	assert_int_equal(dhcp6_decode(u.payload, &m), 0);
	assert_int_equal(m.type, DHCP6_REPLY);
	assert_true(bytes_equal(m.client_id, world_duid(n)));
	return &m;
}

/* RFC 8415 18.3.4, 18.3.7, 18.3.8: of an association that is not there. */
static void other_associations_of_a_host_have_no_binding(void **state)
{
	static const enum dhcp6_type types[] = { DHCP6_RENEW, DHCP6_REBIND, DHCP6_RELEASE,
						 DHCP6_DECLINE };
	const struct dhcp6_message *r;
	struct dhcp6_message m;
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	for (size_t i = 0; i < 2 * sizeof(types) / sizeof(types[0]); i++) {
		m = world_message(&w, 1, types[i / 2], HOME);
		m.ias[0].iaid = 99;
		if (i % 2) {
			m.ias[0].iaid = 1;
			m.client_id = world_duid(55);
		}
		world_say(&w, 1, &m);
		r = reply_to(&w, i % 2 ? 55 : 1);
		assert_int_equal(r->n_ias, 1);
		assert_int_equal(r->ias[0].status.code, DHCP6_NO_BINDING);
		assert_int_equal(r->ias[0].n_leases, 0);
		world_quiet(&w);
	}
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	world_reply(&w, 1, DHCP6_REPLY);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_done(&w);
}

/* Host 1, as client `n`, asks for its association `iaid`; the code of the refusal, 0 = it gets the
 * address. */
static uint16_t requested(struct world *w, uint8_t n, uint32_t iaid)
{
	struct dhcp6_message m = world_message(w, 1, DHCP6_REQUEST, NULL);
	const struct in6_addr home = world_in6(HOME);
	const struct dhcp6_message *r;

	m.client_id = world_duid(n);
	m.ias[0].iaid = iaid;
	world_say(w, 1, &m);
	r = reply_to(w, n);
	world_quiet(w);
	assert_int_equal(r->ias[0].iaid, iaid);
	if (r->ias[0].n_leases == 0)
		return r->ias[0].status.code;
	assert_true(in6_equal(&r->ias[0].leases[0].address, &home));
	return 0;
}

/* There is one home address: two associations with it would be a duplicate. */
static void what_is_leased_no_other_association_of_the_client_gets(void **state)
{
	struct world w;

	world_init(&w);
	w.config.valid = w.config.preferred = 60;
	world_start(&w);
	world_attach(&w, 1);
	assert_int_equal(requested(&w, 1, 2), DHCP6_NO_ADDRS_AVAIL);
	assert_int_equal(requested(&w, 1, 1), 0);
	assert_int_equal(requested(&w, 55, 2), 0); /* the host runs another client now */
	assert_int_equal(requested(&w, 55, 1), DHCP6_NO_ADDRS_AVAIL);
	world_pass(&w, 59);
	world_skip(&w);
	assert_int_equal(requested(&w, 55, 1), DHCP6_NO_ADDRS_AVAIL);
	world_pass(&w, 1);
	world_skip(&w);
	assert_int_equal(requested(&w, 55, 1), 0); /* nobody has extended it */
	world_done(&w);
}

/* D19: who gets no answer from the home agent asks another server. */
static void silence_is_not_a_denial(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, deny_prohibited);
	world_pass(&w, 31);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_pass(&w, 32); /* the home agent is silent */
	world_skip(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_quiet(&w);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_UNANSWERED), 2);
	world_done(&w);
}

/* Why a host is blocked is not why it was the last time. */
static void what_blocks_a_host_now_is_not_what_was_denied_before(void **state)
{
	struct ar_attachment_info info;
	struct mip4_message m;
	struct world w;
	struct rrq q;

	for (int declined = 0; declined < 2; declined++) {
		uint32_t cursor = 0;

		world_new(&w);
		world_ask(&w, 1, DHCP6_REQUEST, NULL);
		q = world_request(&w);
		world_answer(&w, &q, deny_resources);
		world_pass(&w, 31);
		q = world_attach(&w, 1);
		m = world_revocation(&w, &q, true); /* by the operator */
		if (declined)
			world_ask(&w, 1, DHCP6_DECLINE, HOME);
		else
			world_send(&w, &m);
		world_skip(&w);
		assert_true(ar_attachment_next(w.ar, &cursor, w.now, &info));
		assert_int_equal(info.state, ACCESS_BLOCKED);
		assert_int_equal(info.code, 0);
		world_ask(&w, 1, DHCP6_REQUEST, NULL);
		world_quiet(&w);
		world_done(&w);
	}
}

static const struct test tests[] = {
	TEST(a_host_with_a_very_long_duid_has_no_name, ""),
	TEST(hosts_that_share_a_mac_are_asked_at_their_own_addresses, "AR-27"),
	TEST(a_host_is_not_asked_at_an_address_that_is_not_its_own, ""),
	TEST(a_duid_from_another_mac_is_not_believed_while_its_host_is_there, ""),
	TEST(a_host_known_by_its_duid_is_known_after_a_restart, ""),
	TEST(a_solicit_takes_nothing_along_from_another_port, ""),
	TEST(what_a_host_from_another_port_asks_is_answered, ""),
	TEST(a_solicitation_at_another_port_is_answered, "AR-18"),
	TEST(a_refused_host_is_held_off_at_any_port, ""),
	TEST(a_port_that_is_full_takes_none_from_another, ""),
	TEST(dhcpv6_for_others_is_their_own, "AR-9"),
	TEST(other_associations_of_a_host_have_no_binding, ""),
	TEST(what_is_leased_no_other_association_of_the_client_gets, ""),
	TEST(silence_is_not_a_denial, ""),
	TEST(what_blocks_a_host_now_is_not_what_was_denied_before, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_place", tests);
}
