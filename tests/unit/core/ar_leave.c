/* SPDX-License-Identifier: Apache-2.0 */
/* How hosts leave an access router, move between its ports, and are refused (draft 4.4, 5.4.2). */
#include "ar_world.h"

#include <errno.h>

#define HOME      "2001:db8:b::1"
#define ELSEWHERE "2001:db8:1::1"

/* The next action is an Ack of revocation m, under the association of the agents. */
static void acked(struct world *w, const struct mip4_message *m)
{
	const struct datagram *d = &world_next(w, ACTION_SEND)->datagram;
	struct mip4_message ack;

	assert_int_equal(mip4_decode(d->payload, &w->config.access.numbers, &ack), 0);
	assert_int_equal(ack.type, MIP4_REVOCATION_ACK);
	assert_int_equal(ack.revocation_id, m->revocation_id);
	assert_true(bytes_equal(ack.nai, m->nai));
	assert_int_equal(ack.hoa, m->hoa);
	assert_true(in6_equal(&ack.hoa_address, &m->hoa_address));
	assert_true(ack.fhae.present && !ack.mhae.present);
	assert_int_equal(mip4_verify(&ack, &ack.fhae,
				     sa_find_node(w->keys, w->config.care_of, ack.fhae.spi)),
			 0);
}

static void a_revocation_takes_the_address_away_and_is_acknowledged(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	world_send(&w, &m);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_event(&w, EVENT_REVOKED);
	acked(&w, &m);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	world_frame(&w, 1, packet_data(HOME, ELSEWHERE, 64)); /* late */
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 1);
	world_quiet(&w);
	world_ask(&w, 1, DHCP6_CONFIRM, HOME); /* it is back, and says so */
	world_request(&w);
	world_done(&w);
}

static void a_revocation_that_detaches_holds_the_host_off(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, true);
	world_send(&w, &m);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	acked(&w, &m);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_ask(&w, 1, DHCP6_RENEW, HOME);
	world_quiet(&w);
	assert_int_equal(world_count(&w, DHCP6_RENEW, AR_DHCP6_UNANSWERED), 1);
	world_done(&w);
}

static void a_revocation_of_another_address_ends_nothing(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	m.hoa_address.s6_addr[15]++;
	world_send(&w, &m);
	acked(&w, &m);
	m = world_revocation(&w, &q, false);
	m.care_of = world_in4("198.51.100.77");
	world_send(&w, &m);
	acked(&w, &m);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

/* It came with an address, so that it was registered by its first frame, and gives that up. */
static void a_release_ends_a_registration_that_is_under_way(void **state)
{
	const enum dhcp6_type types[] = { DHCP6_RELEASE, DHCP6_DECLINE };
	struct world w;
	struct rrq q;

	for (int i = 0; i < 2; i++) {
		world_new(&w);
		world_frame(&w, 1, packet_data(HOME, ELSEWHERE, 64));
		q = world_request(&w);
		world_ask(&w, 1, types[i], HOME);
		world_reply(&w, 1, DHCP6_REPLY);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 0);
		assert_int_equal(world_state(&w, 1), ACCESS_DEREGISTERING);
		world_done(&w);
	}
}

static void a_release_at_another_port_is_the_same_hosts(void **state)
{
	struct dhcp6_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	m = world_message(&w, 1, DHCP6_RELEASE, HOME);
	world_say_on(&w, WORLD_IF_2, 1, &m);
	world_reply(&w, 1, DHCP6_REPLY);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_done(&w);
}

static void raw(struct world *w, const struct mip4_message *m, bool mn, bool fa, uint8_t spoil)
{
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer out = writer_new(buf, sizeof(buf));
	enum mip4_auth auths[2];
	const struct mip4_sa *sas[2];
	size_t n = 0;
	struct datagram d = { .local = w->config.care_of,
			      .remote = w->config.access.home_agent,
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT };

	if (mn) {
		auths[n] = MIP4_MHAE;
		sas[n++] = sa_find_nai(w->keys, m->nai, 0);
	}
	if (fa) {
		auths[n] = MIP4_FHAE;
		sas[n++] = sa_find_node(w->keys, w->config.care_of, 0);
	}
	assert_int_equal(mip4_encode(m, &w->config.access.numbers, auths, sas, n, &out), 0);
	d.payload = writer_bytes(&out);
	buf[d.payload.n - 1] ^= spoil;
	ar_role.receive(w->ar, &d, w->now, &w->out);
}

/* D14. */
static void a_reply_counts_only_with_the_home_agents_fhae(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	m = (struct mip4_message){ .type = MIP4_RRP,
				   .lifetime = 600,
				   .home_agent = q.m.home_agent,
				   .identification = q.m.identification,
				   .nai = q.m.nai,
				   .hoa = MIP4_FULL,
				   .hoa_address = world_in6(HOME) };
	raw(&w, &m, true, false, 0);
	assert_int_equal(world_drops(&w, DROP_AUTH_MISSING), 1);
	raw(&w, &m, true, true, 1);
	assert_int_equal(world_drops(&w, DROP_AUTH_WRONG), 1);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_REGISTERING);
	raw(&w, &m, false, true, 0);
	world_next(&w, ACTION_TUNNEL_SET);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	m = world_revocation(&w, &q, false);
	raw(&w, &m, true, false, 0);
	assert_int_equal(world_drops(&w, DROP_AUTH_MISSING), 2);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void no_extension(struct mip4_message *m)
{
	m->hoa = MIP4_ABSENT;
}

static void empty_extension(struct mip4_message *m)
{
	m->hoa = MIP4_EMPTY;
}

static void link_local(struct mip4_message *m)
{
	m->hoa_address = world_in6("fe80::7");
}

static void an_acceptance_without_a_home_address_is_no_service(void **state)
{
	void (*const changes[])(struct mip4_message * m) = { no_extension, empty_extension,
							     link_local };

	for (size_t i = 0; i < 3; i++) {
		struct world w;
		struct rrq q;

		world_new(&w);
		world_ask(&w, 1, DHCP6_REQUEST, NULL);
		q = world_request(&w);
		world_answer(&w, &q, changes[i]);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 0);
		world_quiet(&w);
		assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
		world_done(&w);
	}
}

static void link_loss_deregisters_after_a_while(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 9);
	world_skip(&w);
	world_pass(&w, 1.1);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	assert_int_equal(q.m.hoa, MIP4_FULL);
	world_done(&w);
}

static void a_link_that_comes_back_changes_nothing(void **state)
{
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 5);
	world_link(&w, LINK_UP);
	world_pass(&w, 20);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

/* All ports have one care-of address: to the home agent nothing has happened. */
static void a_host_at_another_port_is_the_same_registration(void **state)
{
	const struct action *a;
	struct dhcp6_message m;
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	m = world_message(&w, 1, DHCP6_CONFIRM, HOME);
	world_say_on(&w, WORLD_IF_2, 1, &m);
	a = world_next(&w, ACTION_ADDRESS_SET);
	assert_int_equal(a->address.ifindex, WORLD_IF_2);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->status.code, DHCP6_SUCCESS);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 1);
	world_pass(&w, 15);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_frame_on(&w, WORLD_IF, world_host(1), packet_data(HOME, ELSEWHERE, 64)); /* back */
	world_skip(&w);
	assert_int_equal(world_hosts(&w), 1);
	world_done(&w);
}

/* An address in a prefix that others use is none for a host that makes its addresses itself. */
static void a_host_at_a_port_of_another_kind_registers_anew(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.ports[1].addressing = AR_SLAAC;
	world_start(&w);
	world_attach(&w, 1);
	world_frame_on(&w, WORLD_IF_2, world_host(1), packet_rs(1));
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 600);
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	assert_true(q.m.hoa_request_iid != 0);
	world_quiet(&w);
	w.unique = true;
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	assert_int_equal(world_next(&w, ACTION_ADDRESS_SET)->address.ifindex, WORLD_IF_2);
	assert_int_equal(world_nd(&w, 1, ND_RA).n_prefixes, 1);
	world_quiet(&w);
	world_ask(&w, 1, DHCP6_CONFIRM, HOME); /* and back */
	world_skip(&w);
	assert_int_equal(world_hosts(&w), 1);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void so_does_one_that_is_being_registered(void **state)
{
	struct world w;
	struct rrq q, first;

	world_init(&w);
	w.config.ports[1].addressing = AR_SLAAC;
	world_start(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	first = world_request(&w);
	world_frame_on(&w, WORLD_IF_2, world_host(1), packet_rs(1));
	assert_int_equal(world_request(&w).m.lifetime, 0);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 600);
	assert_true(q.m.hoa_request_iid != 0);
	world_answer(&w, &first, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_REGISTERING);
	w.unique = true;
	world_answer(&w, &q, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void hosts_share_the_tunnel_until_the_last_leaves(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q[2];

	world_new(&w);
	for (uint8_t n = 1; n <= 2; n++) {
		w.last = n;
		q[n - 1] = world_attach(&w, n);
	}
	w.last = 1;
	m = world_revocation(&w, &q[0], false);
	world_send(&w, &m);
	world_next(&w, ACTION_ADDRESS_DEL);
	acked(&w, &m);
	world_quiet(&w);
	w.last = 2;
	m = world_revocation(&w, &q[1], false);
	world_send(&w, &m);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_done(&w);
}

/* The home agent's word is the newer one. */
static void an_address_given_to_another_host_is_taken_from_the_first(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	world_ask(&w, 2, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	assert_int_equal(world_state(&w, 1), -1);
	assert_int_equal(world_state(&w, 2), ACCESS_ATTACHED);
	world_done(&w);
}

static uint8_t agent; /* that is assigned (RFC 4433) */

static void assigned(struct mip4_message *m)
{
	m->home_agent.s_addr += htonl(agent);
}

/* The ninth home agent has no room for its tunnel: then nothing else is to end. */
static void an_address_that_cannot_be_used_is_taken_from_nobody(void **state)
{
	struct sa_config sa[11];
	struct world w;
	struct rrq q;

	world_init(&w);
	memcpy(sa, w.sa, sizeof(w.sa));
	for (agent = 1; agent <= 9; agent++) {
		sa[agent + 1] = sa[1];
		sa[agent + 1].node.s_addr += htonl(agent);
	}
	w.config.access.sas = sa;
	w.config.access.n_sas = 11;
	w.config.access.ports[0].attachments_max = 16;
	world_start(&w);
	for (agent = 1; agent <= 9; agent++) {
		w.last = agent < 9 ? agent : 1;
		world_ask(&w, agent, DHCP6_REQUEST, NULL);
		q = world_request(&w);
		world_answer(&w, &q, assigned);
		world_skip(&w);
	}
	assert_int_equal(world_hosts(&w), 9);
	assert_int_equal(world_state(&w, 9), ACCESS_BLOCKED);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void whole_8(struct mip4_message *m)
{
	m->hoa_unique = true;
	m->hoa_address = world_in6("2001:db8:b::8");
}

static void whole_1(struct mip4_message *m)
{
	m->hoa_unique = true;
	m->hoa_address = world_in6(HOME);
}

static void an_address_and_its_64_given_to_another_are_taken_from_both(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	for (uint8_t n = 2; n <= 3; n++) {
		world_ask(&w, n, DHCP6_REQUEST, NULL);
		q = world_request(&w);
		world_answer(&w, &q, n == 2 ? whole_8 : whole_1);
		world_skip(&w);
		assert_int_equal(world_hosts(&w), n == 2 ? 2 : 1);
	}
	assert_int_equal(world_state(&w, 3), ACCESS_ATTACHED);
	world_done(&w);
}

/* A19: the home agent has no such registration, or it is at another router. */
static void a_renewal_that_is_prohibited_ends_the_registration(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.ra_min = w.config.ra_max = 1800;
	world_start(&w);
	world_attach(&w, 1);
	world_pass(&w, 299);
	world_skip(&w);
	while (w.read == w.out.n)
		world_pass(&w, 0.5);
	world_nd(&w, 1, ND_NS);
	world_frame(&w, 1, packet_na(1, "fe80::ff:fe00:1"));
	q = world_request(&w);
	world_answer(&w, &q, deny_prohibited);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	world_ask(&w, 1, DHCP6_RENEW, HOME);
	q = world_request(&w);
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	world_done(&w);
}

static void what_the_data_plane_cannot_do_is_deregistered(void **state)
{
	struct world w;
	struct rrq q;
	uint32_t id;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	id = world_next(&w, ACTION_ADDRESS_SET)->id;
	assert_int_equal(world_next(&w, ACTION_LINK_SEND)->id, id); /* so it is not said */
	world_skip(&w);
	ar_role.failed(w.ar, id, w.now, &w.out);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_done(&w);
}

static void a_stop_deregisters_all(void **state)
{
	struct world w;

	world_new(&w);
	for (uint8_t n = 1; n <= 3; n++) {
		w.last = n;
		world_attach(&w, n);
	}
	ar_stop(w.ar, w.now);
	world_pass(&w, 0.1);
	for (uint8_t n = 1; n <= 3; n++) {
		struct rrq q;

		world_next(&w, ACTION_ADDRESS_DEL);
		if (n == 3)
			world_next(&w, ACTION_TUNNEL_DEL);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 0);
	}
	assert_false(ar_stopped(w.ar));
	world_ask(&w, 4, DHCP6_REQUEST, NULL);
	world_quiet(&w);
	world_pass(&w, 16);
	assert_true(ar_stopped(w.ar));
	world_done(&w);
}

static void a_reload_takes_over_leases_and_not_addresses(void **state)
{
	struct ar_config c;
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	c = w.config;
	c.valid = 7200;
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), 0);
	world_ask(&w, 1, DHCP6_RENEW, HOME);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->ias[0].leases[0].valid, 7200);
	c.router_address.s6_addr[15] = 9;
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	c = w.config;
	c.care_of = world_in4("198.51.100.10");
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	c = w.config;
	c.ports[1].addressing = AR_SLAAC;
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	c = w.config;
	mip4_number_accept(&c.access.numbers.hoa, 200);
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	c = w.config;
	c.access.numbers.hoa_request.send++;
	assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	for (size_t i = 0; i < w.config.access.n_ports; i++) { /* the same ports */
		c = w.config;
		c.access.ports[i].ifindex += 100;
		assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
		c = w.config;
		c.access.ports[i].mac.b[5] ^= 1;
		assert_int_equal(ar_reload(w.ar, &c, &w.env, w.now), -EINVAL);
	}
	world_done(&w);
}

static void ports_have_no_more_hosts_than_they_may(void **state)
{
	struct world w;

	world_init(&w);
	w.config.access.ports[0].attachments_max = 2;
	world_start(&w);
	for (uint8_t n = 1; n <= 3; n++)
		world_ask(&w, n, DHCP6_REQUEST, NULL);
	assert_int_equal(world_hosts(&w), 2);
	assert_int_equal(world_drops(&w, DROP_ATTACHMENTS_FULL), 1);
	assert_int_equal(world_count(&w, DHCP6_REQUEST, AR_DHCP6_DISCARDED), 1);
	world_done(&w);

	world_init(&w); /* nor by movement */
	w.config.access.ports[0].attachments_max = 1;
	world_start(&w);
	world_attach(&w, 1);
	w.last = 2;
	world_frame_on(&w, WORLD_IF_2, world_host(2), packet_data("2001:db8:b::2", ELSEWHERE, 64));
	world_frame(&w, 2, packet_data("2001:db8:b::2", ELSEWHERE, 64));
	assert_int_equal(world_hosts(&w), 2);
	assert_int_equal(world_drops(&w, DROP_ATTACHMENTS_FULL), 1);
	world_done(&w);
}

static void a_known_host_is_registered_at_link_up_where_it_is_told_to(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.access.ports[0].eager = true;
	world_start(&w);
	world_attach(&w, 1);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	world_reply(&w, 1, DHCP6_REPLY);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_pass(&w, 2.1);
	assert_int_equal(world_hosts(&w), 0);
	world_link(&w, LINK_DOWN);
	world_link(&w, LINK_UP);
	world_request(&w);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_revocation_takes_the_address_away_and_is_acknowledged, "AR-29 EXT-10"),
	TEST(a_revocation_that_detaches_holds_the_host_off, "AR-29"),
	TEST(a_revocation_of_another_address_ends_nothing, ""),
	TEST(a_release_ends_a_registration_that_is_under_way, ""),
	TEST(a_release_at_another_port_is_the_same_hosts, ""),
	TEST(a_reply_counts_only_with_the_home_agents_fhae, "AR-35"),
	TEST(an_acceptance_without_a_home_address_is_no_service, "AR-32"),
	TEST(link_loss_deregisters_after_a_while, "AR-27 AR-28"),
	TEST(a_link_that_comes_back_changes_nothing, ""),
	TEST(a_host_at_another_port_is_the_same_registration, ""),
	TEST(a_host_at_a_port_of_another_kind_registers_anew, "AR-13"),
	TEST(so_does_one_that_is_being_registered, ""),
	TEST(hosts_share_the_tunnel_until_the_last_leaves, "AR-8"),
	TEST(an_address_given_to_another_host_is_taken_from_the_first, ""),
	TEST(an_address_that_cannot_be_used_is_taken_from_nobody, ""),
	TEST(an_address_and_its_64_given_to_another_are_taken_from_both, ""),
	TEST(a_renewal_that_is_prohibited_ends_the_registration, ""),
	TEST(what_the_data_plane_cannot_do_is_deregistered, ""),
	TEST(a_stop_deregisters_all, "AR-28"),
	TEST(a_reload_takes_over_leases_and_not_addresses, ""),
	TEST(ports_have_no_more_hosts_than_they_may, ""),
	TEST(a_known_host_is_registered_at_link_up_where_it_is_told_to, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_leave", tests);
}
