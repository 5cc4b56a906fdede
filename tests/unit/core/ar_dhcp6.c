/* SPDX-License-Identifier: Apache-2.0 */
/* The DHCPv6 server of an access router (draft 3.1.2, RFC 8415 18.3). */
#include "ar_world.h"

static const struct dhcp6_lease *only_lease(const struct dhcp6_message *m)
{
	assert_int_equal(m->n_ias, 1);
	assert_int_equal(m->ias[0].iaid, 1);
	assert_int_equal(m->ias[0].n_leases, 1);
	assert_false(m->ias[0].status.present);
	return &m->ias[0].leases[0];
}

static void assert_address(const struct in6_addr *a, const char *s)
{
	const struct in6_addr expected = world_in6(s);

	assert_memory_equal(a, &expected, 16);
}

static void refused(const struct dhcp6_message *m, size_t i, uint16_t code)
{
	assert_int_equal(m->ias[i].n_leases, 0);
	assert_true(m->ias[i].status.present);
	assert_int_equal(m->ias[i].status.code, code);
}

/* Figure 3. */
static void request_registers_and_the_reply_has_the_home_address(void **state)
{
	const struct dhcp6_message *r;
	const struct dhcp6_lease *l;
	const struct action *a;
	struct world w;
	struct rrq q;
	struct nd ra;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, "2001:db8:0:ffff::1");
	q = world_request(&w);
	world_quiet(&w);
	assert_true(bytes_equal(q.m.nai, BYTES(WORLD_NAI, strlen(WORLD_NAI))));
	assert_true(in4_equal(q.m.care_of, w.config.care_of));
	assert_int_equal(q.m.flags, MIP4_T);
	assert_int_equal(q.m.lifetime, 600);
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	assert_true(q.m.hoa_request_iid == 0);
	assert_int_equal(q.m.hoa, MIP4_ABSENT);
	assert_true(q.m.revocation_support && q.m.support_inform);

	world_answer(&w, &q, NULL);
	a = world_next(&w, ACTION_TUNNEL_SET);
	assert_true(a->tunnel.access && a->tunnel.ifindex == 0);
	assert_true(in4_equal(a->tunnel.local, w.config.care_of));
	assert_true(in4_equal(a->tunnel.remote, w.config.access.home_agent));
	assert_true(mac_equal(a->tunnel.router, w.config.router_mac));
	a = world_next(&w, ACTION_ADDRESS_SET);
	assert_address(&a->address.prefix, "2001:db8:b::1");
	assert_int_equal(a->address.length, 128);
	assert_int_equal(a->address.state, ADDRESS_BOUND);
	assert_int_equal(a->address.ifindex, WORLD_IF);
	assert_true(mac_equal(a->address.host, world_host(1)));
	r = world_reply(&w, 1, DHCP6_REPLY);
	l = only_lease(r);
	assert_address(&l->address, "2001:db8:b::1");
	assert_int_equal(l->preferred, 1800);
	assert_int_equal(l->valid, 3600);
	assert_int_equal(r->ias[0].t1, 900);
	assert_int_equal(r->ias[0].t2, 1440);
	assert_int_equal(r->dns.n, 1);
	assert_address(&r->dns.servers[0], "2001:db8::53");
	ra = world_nd(&w, 1, ND_RA);
	assert_true(ra.managed && ra.other);
	assert_int_equal(ra.n_prefixes, 0);
	assert_int_equal(ra.mtu, 1480);
	assert_true(mac_equal(ra.lla, w.config.router_mac));
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_WAITING), 1);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_LEASED), 1);
	world_done(&w);
}

static void solicit_is_offered_a_placeholder_and_registers_nothing(void **state)
{
	const struct dhcp6_message *m;
	struct in6_addr first;
	struct world w;

	world_new(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	m = world_reply(&w, 1, DHCP6_ADVERTISE);
	first = only_lease(m)->address;
	assert_true(in6_in_prefix(&first, &w.config.placeholder, 64));
	assert_int_equal(m->preference.value, 255);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	assert_memory_equal(&only_lease(world_reply(&w, 1, DHCP6_ADVERTISE))->address, &first, 16);
	world_ask(&w, 2, DHCP6_SOLICIT, NULL);
	assert_memory_not_equal(&only_lease(world_reply(&w, 2, DHCP6_ADVERTISE))->address, &first,
				16);
	assert_int_equal(world_count(&w, DHCP6_SOLICIT, AR_DHCP6_ADVERTISED), 3);
	world_done(&w);
}

static void solicit_of_a_host_that_was_attached_is_offered_what_it_had(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_RELEASE, "2001:db8:b::1");
	world_skip(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	assert_address(&only_lease(world_reply(&w, 1, DHCP6_ADVERTISE))->address, "2001:db8:b::1");
	world_quiet(&w);
	world_done(&w);
}

static void solicit_of_an_attached_host_is_offered_its_home_address(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	assert_address(&only_lease(world_reply(&w, 1, DHCP6_ADVERTISE))->address, "2001:db8:b::1");
	world_quiet(&w);
	world_done(&w);
}

static void retransmissions_start_no_second_registration(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	for (int i = 0; i < 3; i++)
		world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_quiet(&w);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_WAITING), 1);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_REPEATED), 3);
	w.xid = 78; /* the client has begun anew: only that is answered */
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	world_reply(&w, 1, DHCP6_REPLY);
	world_nd(&w, 1, ND_RA);
	world_quiet(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL); /* the Reply was lost */
	only_lease(world_reply(&w, 1, DHCP6_REPLY));
	world_quiet(&w);
	world_done(&w);
}

static void solicit_registers_if_told_to(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.trigger = AR_TRIGGER_SOLICIT;
	world_start(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	assert_address(&only_lease(world_reply(&w, 1, DHCP6_ADVERTISE))->address, "2001:db8:b::1");
	world_nd(&w, 1, ND_RA);
	world_ask(&w, 1, DHCP6_REQUEST, "2001:db8:b::1");
	assert_address(&only_lease(world_reply(&w, 1, DHCP6_REPLY))->address, "2001:db8:b::1");
	world_pass(&w, 100);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void an_offer_that_nobody_asks_for_is_deregistered(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.trigger = AR_TRIGGER_SOLICIT;
	world_start(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_pass(&w, 20);
	world_skip(&w);
	world_pass(&w, 11);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_done(&w);
}

/* Nor does it count against the port that the host has left. */
static void an_offer_ends_with_a_movement(void **state)
{
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.trigger = AR_TRIGGER_SOLICIT;
	w.config.unconfirmed_max = 1;
	world_start(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	m = world_message(&w, 1, DHCP6_CONFIRM, "2001:db8:b::1");
	world_say_on(&w, WORLD_IF_2, 1, &m);
	world_skip(&w);
	w.last = 2;
	world_ask(&w, 2, DHCP6_SOLICIT, NULL);
	world_request(&w);
	world_done(&w);
}

static void unconfirmed_registrations_are_capped(void **state)
{
	struct world w;

	world_init(&w);
	w.config.trigger = AR_TRIGGER_SOLICIT;
	world_start(&w);
	for (uint8_t n = 1; n <= 2; n++) {
		world_ask(&w, n, DHCP6_SOLICIT, NULL);
		world_request(&w);
	}
	world_ask(&w, 3, DHCP6_SOLICIT, NULL);
	only_lease(world_reply(&w, 3, DHCP6_ADVERTISE)); /* a placeholder */
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 2);
	world_done(&w);
}

static void rapid_commit_registers_if_it_is_allowed(void **state)
{
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.rapid_commit = true;
	world_start(&w);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	m.rapid_commit = true;
	world_say(&w, 1, &m);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	{
		const struct dhcp6_message *r = world_reply(&w, 1, DHCP6_REPLY);

		assert_true(r->rapid_commit);
		only_lease(r);
	}
	world_done(&w);
	world_new(&w);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	m.rapid_commit = true;
	world_say(&w, 1, &m);
	assert_false(world_reply(&w, 1, DHCP6_ADVERTISE)->rapid_commit);
	world_done(&w);
}

static void what_is_for_ever_is_shown_as_that(void **state)
{
	struct ar_lease_info l;
	uint32_t cursor = 0;
	struct world w;

	world_init(&w);
	w.config.preferred = w.config.valid = 0xffffffff;
	world_start(&w);
	world_attach(&w, 1);
	world_pass(&w, 100);
	assert_true(ar_lease_next(w.ar, &cursor, w.now, &l));
	assert_int_equal(l.preferred, 0xffffffff);
	assert_int_equal(l.valid, 0xffffffff);
	world_done(&w);
}

static void renew_and_rebind_extend_the_lease(void **state)
{
	static const enum dhcp6_type types[] = { DHCP6_RENEW, DHCP6_REBIND };
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	for (int i = 0; i < 2; i++) {
		const struct dhcp6_message *r;

		world_ask(&w, 1, types[i], "2001:db8:b::1");
		r = world_reply(&w, 1, DHCP6_REPLY);
		assert_address(&only_lease(r)->address, "2001:db8:b::1");
		assert_int_equal(only_lease(r)->valid, 3600);
		world_ask(&w, 1, types[i], "2001:db8:b::99"); /* not, or no longer, its own */
		r = world_reply(&w, 1, DHCP6_REPLY);
		assert_int_equal(r->ias[0].n_leases, 2);
		assert_address(&r->ias[0].leases[0].address, "2001:db8:b::1");
		assert_address(&r->ias[0].leases[1].address, "2001:db8:b::99");
		assert_int_equal(r->ias[0].leases[1].valid, 0);
		world_quiet(&w);
	}
	world_done(&w);
}

static void one_home_address_and_no_prefix_for_a_host(void **state)
{
	const struct dhcp6_message *r;
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	m = world_message(&w, 1, DHCP6_REQUEST, NULL);
	m.n_ias = 4;
	m.ias[0] = (struct dhcp6_ia){ .type = DHCP6_IA_PD, .iaid = 9 };
	m.ias[1] = (struct dhcp6_ia){ .type = DHCP6_IA_NA, .iaid = 1 };
	m.ias[2] = (struct dhcp6_ia){ .type = DHCP6_IA_NA, .iaid = 2 };
	m.ias[3] = (struct dhcp6_ia){ .type = DHCP6_IA_TA, .iaid = 3 };
	world_say(&w, 1, &m);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	r = world_reply(&w, 1, DHCP6_REPLY);
	assert_int_equal(r->n_ias, 4);
	for (size_t i = 0; i < 4; i++) {
		if (r->ias[i].type == DHCP6_IA_PD)
			refused(r, i, DHCP6_NO_PREFIX_AVAIL);
		else if (r->ias[i].iaid == 1)
			assert_int_equal(r->ias[i].n_leases, 1);
		else
			refused(r, i, DHCP6_NO_ADDRS_AVAIL);
	}
	world_done(&w);
}

static void a_prefix_alone_starts_no_registration(void **state)
{
	struct dhcp6_message m;
	struct world w;

	world_new(&w);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	m.ias[0] = (struct dhcp6_ia){ .type = DHCP6_IA_PD, .iaid = 9 };
	world_say(&w, 1, &m);
	refused(world_reply(&w, 1, DHCP6_ADVERTISE), 0, DHCP6_NO_PREFIX_AVAIL);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(world_count(&w, DHCP6_SOLICIT, AR_DHCP6_NO_ADDRESS), 1);
	world_done(&w);
}

static void confirm_says_whether_the_address_is_right_here(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_CONFIRM, "2001:db8:b::1");
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_SUCCESS);
	world_ask(&w, 1, DHCP6_CONFIRM, "2001:db8:b::2");
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_NOT_ON_LINK);
	world_ask(&w, 1, DHCP6_CONFIRM, NULL);
	assert_int_equal(world_drops(&w, DROP_DHCP6_CONFIRM), 1);
	world_quiet(&w);
	assert_int_equal(world_count(&w, DHCP6_CONFIRM, AR_DHCP6_ANSWERED), 1);
	assert_int_equal(world_count(&w, DHCP6_CONFIRM, AR_DHCP6_NOT_ON_LINK), 1);
	world_done(&w);
}

/* Every address that it names, in whatever association, must be. */
static void confirm_is_about_all_addresses(void **state)
{
	struct dhcp6_message m;
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	m = world_message(&w, 1, DHCP6_CONFIRM, NULL); /* the first has none */
	m.ias[1] = (struct dhcp6_ia){ .type = DHCP6_IA_NA, .iaid = 2, .n_leases = 1 };
	m.ias[1].leases[0].address = world_in6("2001:db8:b::1");
	m.n_ias = 2;
	world_say(&w, 1, &m);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_SUCCESS);
	for (int wrong = 0; wrong < 3; wrong++) {
		struct dhcp6_message n = m;

		n.ias[0].n_leases = n.ias[1].n_leases = 2;
		n.ias[0].leases[0] = n.ias[0].leases[1] = n.ias[1].leases[1] = m.ias[1].leases[0];
		(wrong == 2 ? &n.ias[1].leases[1] : &n.ias[0].leases[wrong])->address =
			world_in6("2001:db8:b::2");
		world_say(&w, 1, &n);
		assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_NOT_ON_LINK);
	}
	world_done(&w);
}

/* GEN-2: it comes with its address from another router, and says one of these first. */
static void who_comes_with_an_address_is_registered_and_then_answered(void **state)
{
	static const enum dhcp6_type types[] = { DHCP6_CONFIRM, DHCP6_RENEW, DHCP6_REBIND,
						 DHCP6_REQUEST };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct dhcp6_message *r;
		struct world w;
		struct rrq q;

		world_new(&w);
		world_ask(&w, 1, types[i], "2001:db8:b::1");
		q = world_request(&w);
		world_quiet(&w);
		world_answer(&w, &q, NULL);
		world_next(&w, ACTION_TUNNEL_SET);
		world_next(&w, ACTION_ADDRESS_SET);
		r = world_reply(&w, 1, DHCP6_REPLY);
		if (types[i] == DHCP6_CONFIRM)
			assert_int_equal(r->status.code, DHCP6_SUCCESS);
		else
			assert_address(&only_lease(r)->address, "2001:db8:b::1");
		world_done(&w);
	}
}

static void release_deregisters_with_the_home_address(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_RELEASE, "2001:db8:b::1");
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_SUCCESS);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	assert_int_equal(q.m.hoa, MIP4_FULL);
	assert_address(&q.m.hoa_address, "2001:db8:b::1");
	assert_int_equal(q.m.hoa_request, MIP4_ABSENT);
	world_quiet(&w);
	world_ask(&w, 1, DHCP6_RELEASE, "2001:db8:b::1"); /* once more: the Reply was lost */
	refused(world_reply(&w, 1, DHCP6_REPLY), 0, DHCP6_NO_BINDING);
	world_quiet(&w);
	world_frame(&w, 1, packet_data("2001:db8:b::1", "2001:db8:1::1", 64)); /* late */
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 1);
	world_answer(&w, &q, NULL);
	world_frame(&w, 1, packet_data("2001:db8:b::1", "2001:db8:1::1", 64)); /* later */
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 2);
	world_quiet(&w);
	world_pass(&w, 2.1);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(world_count(&w, DHCP6_RELEASE, AR_DHCP6_ANSWERED), 1);
	assert_int_equal(world_count(&w, DHCP6_RELEASE, AR_DHCP6_NO_BINDING), 1);
	world_done(&w);
}

static void release_of_an_address_that_is_not_its_own_ends_nothing(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_RELEASE, "2001:db8:b::2");
	refused(world_reply(&w, 1, DHCP6_REPLY), 0, DHCP6_NO_BINDING);
	world_ask(&w, 2, DHCP6_RELEASE, "2001:db8:b::1");
	refused(world_reply(&w, 2, DHCP6_REPLY), 0, DHCP6_NO_BINDING);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void decline_ends_it_and_holds_the_host_off(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_DECLINE, "2001:db8:b::1");
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_SUCCESS);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_quiet(&w);
	world_pass(&w, 31);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_request(&w);
	world_done(&w);
}

static void information_request_is_answered_without_a_registration(void **state)
{
	const struct dhcp6_message *r;
	struct world w;

	world_init(&w);
	memcpy(w.config.domains, "\3lab\7example\0", 13);
	w.config.domains_length = 13;
	world_start(&w);
	world_ask(&w, 1, DHCP6_INFORMATION_REQUEST, NULL);
	r = world_reply(&w, 1, DHCP6_REPLY);
	assert_int_equal(r->dns.n, 1);
	assert_true(bytes_equal(r->domains, BYTES("\3lab\7example\0", 13)));
	assert_int_equal(r->n_ias, 0);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void a_refusal_by_the_home_agent_is_no_address(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, deny_resources);
	refused(world_reply(&w, 1, DHCP6_REPLY), 0, DHCP6_NO_ADDRS_AVAIL);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL); /* soon again */
	refused(world_reply(&w, 1, DHCP6_ADVERTISE), 0, DHCP6_NO_ADDRS_AVAIL);
	world_quiet(&w);
	world_done(&w);
}

static void a_silent_home_agent_leaves_it_unanswered(void **state)
{
	struct world w;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_pass(&w, 40);
	for (int i = 0; i < 5; i++)
		world_request(&w);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_UNANSWERED), 1);
	world_done(&w);
}

static void what_a_server_must_discard_is_counted_and_not_answered(void **state)
{
	struct dhcp6_message m;
	struct world w;

	world_new(&w);
	m = world_message(&w, 1, DHCP6_REQUEST, NULL);
	m.server_id = world_duid(9);
	world_say(&w, 1, &m);
	assert_int_equal(world_drops(&w, DROP_DHCP6_OTHER_SERVER), 1);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	m.client_id = (struct bytes){ NULL, 0 };
	world_say(&w, 1, &m);
	assert_int_equal(world_drops(&w, DROP_DHCP6_CLIENT_ID), 1);
	m = world_message(&w, 1, DHCP6_SOLICIT, NULL);
	m.n_relays = 1;
	m.relay_type = DHCP6_RELAY_FORWARD;
	m.relays[0].peer = world_in6("fe80::2");
	world_say(&w, 1, &m);
	assert_int_equal(world_drops(&w, DROP_DHCP6_RELAYED), 1);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(world_count(&w, DHCP6_SOLICIT, AR_DHCP6_DISCARDED), 2);
	world_done(&w);
}

static void grant_100(struct mip4_message *m)
{
	m->lifetime = 100;
}

/* A24: the prefix may end when the registration does. */
static void a_lease_is_not_longer_than_a_grant_that_was_cut(void **state)
{
	const struct dhcp6_lease *l;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, grant_100);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	l = only_lease(world_reply(&w, 1, DHCP6_REPLY));
	assert_int_equal(l->valid, 100);
	assert_int_equal(l->preferred, 100);
	world_done(&w);
}

/* Hosts behind one MAC, as of a load generator: each is a host of its own. */
static void hosts_of_one_mac_are_told_apart_by_duid(void **state)
{
	struct world w;
	struct ar_lease_info l;
	uint32_t cursor = 0;

	world_init(&w);
	w.config.ports[0].identity = AR_BY_DUID;
	world_start(&w);
	for (uint8_t n = 2; n <= 4; n++) {
		struct dhcp6_message m = world_message(&w, 1, DHCP6_REQUEST, NULL);
		struct rrq q;

		m.client_id = world_duid(n);
		world_say(&w, 1, &m);
		q = world_request(&w);
		assert_int_equal(q.m.nai.n, 20 + 12); /* DUID-LL in digits, @, realm */
		w.last = n;
		world_answer(&w, &q, NULL);
		world_skip(&w);
	}
	assert_int_equal(world_hosts(&w), 3);
	while (ar_lease_next(w.ar, &cursor, w.now, &l)) {
		assert_true(mac_equal(l.host, world_host(1)));
		assert_true(bytes_equal(l.duid, world_duid(l.address.s6_addr[15])));
		assert_int_equal(l.valid, 3600);
		assert_false(l.offered);
	}
	world_frame(&w, 1, packet_data("2001:db8:b::3", "2001:db8:1::1", 64));
	world_next(&w, ACTION_TUNNEL_SEND);
	world_frame(&w, 1, packet_data("2001:db8:b::9", "2001:db8:1::1", 64));
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 1);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(request_registers_and_the_reply_has_the_home_address,
	     "AR-14 AR-22 AR-23 AR-24 AR-35 AR-8"),
	TEST(solicit_is_offered_a_placeholder_and_registers_nothing, "AR-26"),
	TEST(solicit_of_an_attached_host_is_offered_its_home_address, "AR-26"),
	TEST(solicit_of_a_host_that_was_attached_is_offered_what_it_had, ""),
	TEST(retransmissions_start_no_second_registration, ""),
	TEST(solicit_registers_if_told_to, ""),
	TEST(an_offer_that_nobody_asks_for_is_deregistered, ""),
	TEST(an_offer_ends_with_a_movement, ""),
	TEST(unconfirmed_registrations_are_capped, ""),
	TEST(rapid_commit_registers_if_it_is_allowed, ""),
	TEST(renew_and_rebind_extend_the_lease, ""),
	TEST(what_is_for_ever_is_shown_as_that, ""),
	TEST(one_home_address_and_no_prefix_for_a_host, ""),
	TEST(a_prefix_alone_starts_no_registration, ""),
	TEST(confirm_says_whether_the_address_is_right_here, ""),
	TEST(confirm_is_about_all_addresses, ""),
	TEST(who_comes_with_an_address_is_registered_and_then_answered, "GEN-2"),
	TEST(release_deregisters_with_the_home_address, "AR-27 AR-28"),
	TEST(release_of_an_address_that_is_not_its_own_ends_nothing, ""),
	TEST(decline_ends_it_and_holds_the_host_off, ""),
	TEST(information_request_is_answered_without_a_registration, ""),
	TEST(a_refusal_by_the_home_agent_is_no_address, ""),
	TEST(a_silent_home_agent_leaves_it_unanswered, ""),
	TEST(what_a_server_must_discard_is_counted_and_not_answered, ""),
	TEST(a_lease_is_not_longer_than_a_grant_that_was_cut, ""),
	TEST(hosts_of_one_mac_are_told_apart_by_duid, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_dhcp6", tests);
}
