/* SPDX-License-Identifier: Apache-2.0 */
/* Coming: trigger, identity, registration, held packets, router advertisements (draft 3.2.2). */
#include "an_world.h"

static void expect_tunnel_send(struct world *w, struct bytes packet)
{
	const struct action *a = world_next(w, ACTION_TUNNEL_SEND);

	assert_true(bytes_equal(a->tunnel_send.packet, packet));
	assert_true(in4_equal(a->tunnel_send.remote, w->config.access.home_agent));
}

/* trigger (D3) */

static void rs_alone_registers(void **state)
{
	struct world w;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_REGISTERING);
	world_done(&w);
}

static void ns_alone_registers(void **state)
{
	struct world w;
	world_new(&w);
	world_frame(&w, 1, packet_ns(1));
	world_request(&w);
	world_done(&w);
}

static void any_first_frame_of_an_unknown_host_registers(void **state)
{
	struct world w;
	world_new(&w);
	world_frame(&w, 1, packet_mld(1));
	world_request(&w);
	world_frame(&w, 2, packet_data(2, 100));
	world_request(&w);
	world_done(&w);
}

static void a_frame_on_no_port_of_ours_is_dropped(void **state)
{
	struct world w;
	struct packet p = { .from = PACKET_ACCESS, .ifindex = 99, .source = world_host(1) };
	world_new(&w);
	p.payload = packet_rs(1);
	assert_false(an_role.wants(w.an, &p));
	world_frame_on(&w, 99, 1, packet_rs(1));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_LINK_UNKNOWN), 1);
	world_done(&w);
}

static void frames_that_are_no_ipv6_or_of_no_host_are_dropped(void **state)
{
	struct world w;
	struct packet p = { .from = PACKET_ACCESS, .ifindex = WORLD_IF };
	world_new(&w);
	world_frame(&w, 1, BYTES("\x45hello", 6));
	p.payload = packet_rs(1);
	p.source = (struct mac_addr){ { 3, 0, 0, 0, 0, 1 } }; /* a group */
	an_role.packet(w.an, &p, w.now, &w.out);
	p.source = (struct mac_addr){ { 0 } };
	an_role.packet(w.an, &p, w.now, &w.out);
	p.source = w.config.access.ports[0].mac;
	an_role.packet(w.an, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_FRAME_MALFORMED), 4);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* request and identity */

static void the_request_is_that_of_the_draft(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_frame(&w, 1, packet_ns(1));
	q = world_request(&w);
	assert_int_equal(q.m.flags, MIP4_D | MIP4_T);
	assert_int_equal(q.m.lifetime, 600);
	assert_int_equal(q.m.home.s_addr, 0);
	assert_true(in4_equal(q.m.home_agent, w.config.access.home_agent));
	assert_true(in4_equal(q.m.care_of, w.config.pool));
	assert_true(in4_equal(q.datagram.local, q.m.care_of));
	assert_true(in4_equal(q.datagram.remote, w.config.access.home_agent));
	assert_true(bytes_equal(q.m.nai, BYTES(WORLD_NAI, strlen(WORLD_NAI))));
	assert_int_equal(q.m.hoa_request, MIP4_EMPTY);
	assert_int_equal(q.m.hoa, MIP4_ABSENT);
	assert_true(q.m.revocation_support);
	world_done(&w);
}

static void a_configured_nai_of_the_port_or_the_mac_comes_before_the_mac(void **state)
{
	struct world w;
	struct rrq q;
	world_init(&w);
	strcpy(w.config.access.identities[0].nai, "ann@example.net");
	w.config.access.identities[0].mac = world_host(3);
	strcpy(w.config.access.identities[1].nai, "bob@example.net");
	w.config.access.identities[1].mac = world_host(2);
	w.config.access.n_identities = 2;
	strcpy(w.config.access.ports[1].nai, "desk@example.net");
	world_start(&w);
	world_frame(&w, 2, packet_rs(2));
	q = world_request(&w);
	assert_true(bytes_equal(q.m.nai, BYTES("bob@example.net", 15)));
	world_frame_on(&w, WORLD_IF_2, 2, packet_rs(2));
	q = world_request(&w);
	assert_true(bytes_equal(q.m.nai, BYTES("desk@example.net", 16)));
	world_done(&w);
}

static void without_an_association_nothing_is_sent_and_the_host_is_blocked(void **state)
{
	struct world w;
	world_init(&w);
	strcpy(w.config.access.ports[0].realm, "example.org");
	world_start(&w);
	world_frame(&w, 1, packet_rs(1));
	assert_int_equal(world_event(&w, EVENT_REFUSED)->code, 0);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	assert_int_equal(world_drops(&w, DROP_SA_UNKNOWN), 1);
	assert_int_equal(world_drops(&w, DROP_NOT_REGISTERED), 1); /* the RS */
	world_done(&w);
}

static void without_a_care_of_address_nothing_is_registered(void **state)
{
	struct world w;
	world_init(&w);
	w.config.pool_size = 1;
	world_start(&w);
	world_attach(&w, 1);
	world_frame(&w, 2, packet_rs(2));
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 1);
	assert_int_equal(world_drops(&w, DROP_CARE_OF_EXHAUSTED), 1);
	world_done(&w);
}

static void hosts_are_bounded_per_port_and_in_all(void **state)
{
	struct world w;
	world_init(&w);
	w.config.access.ports[0].attachments_max = 2;
	w.config.access.attachments_max = 3;
	w.config.pool_size = 8;
	world_start(&w);
	for (uint8_t n = 1; n <= 3; n++)
		world_frame(&w, n, packet_rs(n));
	assert_int_equal(world_hosts(&w), 2);
	world_frame_on(&w, WORLD_IF_2, 4, packet_rs(4));
	world_frame_on(&w, WORLD_IF_2, 5, packet_rs(5));
	assert_int_equal(world_hosts(&w), 3);
	assert_int_equal(world_drops(&w, DROP_ATTACHMENTS_FULL), 2);
	world_done(&w);
}

/* acceptance and held packets */

static void what_the_host_sent_meanwhile_goes_first_and_in_order_then_the_path_opens(void **state)
{
	struct world w;
	struct rrq q;
	const struct action *a;
	struct bytes sent[3];
	world_new(&w);
	sent[0] = packet_ns(1);
	sent[1] = packet_data(1, 1400);
	sent[2] = packet_rs(1);
	for (int i = 0; i < 3; i++)
		world_frame(&w, 1, sent[i]);
	q = world_request(&w);
	world_quiet(&w);
	assert_int_equal(world_info(&w, 1).held, 3);
	world_answer(&w, &q, NULL);
	for (int i = 0; i < 3; i++)
		expect_tunnel_send(&w, sent[i]);
	a = world_next(&w, ACTION_TUNNEL_SET);
	assert_true(in4_equal(a->tunnel.local, q.m.care_of));
	assert_true(in4_equal(a->tunnel.remote, w.config.access.home_agent));
	assert_int_equal(a->tunnel.ifindex, WORLD_IF);
	assert_true(mac_equal(a->tunnel.host, world_host(1)));
	assert_int_equal(world_event(&w, EVENT_ATTACHED)->code, 600);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void held_packets_are_bounded_per_host(void **state)
{
	struct world w;
	world_new(&w);
	for (int i = 0; i < 20; i++)
		world_frame(&w, 1, packet_rs(1));
	assert_int_equal(world_info(&w, 1).held, 16);
	assert_int_equal(world_drops(&w, DROP_BUFFER_FULL), 4);
	for (int i = 0; i < 16; i++)
		world_frame(&w, 2, packet_data(2, 1400));
	assert_int_equal(world_info(&w, 2).held, 11); /* 16 KiB */
	world_done(&w);
}

static void held_packets_are_bounded_in_all(void **state)
{
	struct world w;
	world_init(&w);
	w.config.access.buffer_bytes = 3000;
	world_start(&w);
	world_frame(&w, 1, packet_data(1, 1400));
	world_frame(&w, 2, packet_data(2, 1400));
	world_frame(&w, 3, packet_data(3, 1400));
	world_frame(&w, 3, packet_rs(3));
	assert_int_equal(world_info(&w, 2).held, 1);
	assert_int_equal(world_info(&w, 3).held, 1); /* the small one still fits */
	assert_int_equal(world_drops(&w, DROP_BUFFER_FULL), 1);
	world_done(&w);
}

static void a_frame_that_was_still_on_its_way_up_goes_into_the_tunnel_unchanged(void **state)
{
	struct world w;
	struct bytes p;
	world_new(&w);
	world_attach(&w, 1);
	p = packet_data(1, 300);
	world_frame(&w, 1, p);
	expect_tunnel_send(&w, p);
	world_quiet(&w);
	world_done(&w);
}

static void without_extension(struct mip4_message *m)
{
	m->hoa = MIP4_ABSENT;
}

static void with_address(struct mip4_message *m)
{
	m->hoa = MIP4_FULL;
	m->hoa_address = world_in6("2001:db8:1::7");
}

static void no_lifetime(struct mip4_message *m)
{
	m->lifetime = 0;
}

static void code_1(struct mip4_message *m)
{
	m->code = MIP4_ACCEPTED_NO_SIMULTANEOUS;
}

static void expect_no_service(struct world *w, void (*change)(struct mip4_message *m))
{
	struct rrq q;

	world_frame(w, 1, packet_rs(1));
	q = world_request(w);
	world_answer(w, &q, change);
	q = world_request(w); /* deregisters at once */
	assert_int_equal(q.m.lifetime, 0);
	assert_int_equal(q.m.hoa, MIP4_EMPTY);
	assert_int_equal(world_event(w, EVENT_REFUSED)->code, 0);
	world_quiet(w);
	assert_int_equal(world_state(w, 1), ACCESS_BLOCKED);
	world_answer(w, &q, NULL);
	assert_int_equal(world_info(w, 1).tunnel.local.s_addr, 0); /* others may have it */
	world_frame(w, 1, packet_rs(1));
	world_quiet(w);
	assert_int_equal(world_drops(w, DROP_HOLD_DOWN), 1);
	world_pass(w, 31); /* the back-off */
	world_frame(w, 1, packet_rs(1));
	q = world_request(w);
	assert_int_equal(q.m.hoa_request, MIP4_EMPTY);
}

static void accepted_without_the_extension_is_no_service(void **state)
{
	struct world w;
	world_new(&w);
	expect_no_service(&w, without_extension);
	world_done(&w);
}

static void accepted_for_no_time_is_no_service(void **state)
{
	struct world w;
	world_new(&w);
	expect_no_service(&w, no_lifetime);
	world_done(&w);
}

static void an_address_in_the_extension_is_only_a_signal(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, with_address);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void code_1_is_accepted_too(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, code_1);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

/* out of the tunnel */

static struct bytes frame_payload(const struct action *a, struct mac_addr dst, struct mac_addr src)
{
	const struct bytes f = a->link_send.frame;

	assert_int_equal(a->link_send.ifindex, WORLD_IF);
	assert_memory_equal(f.p, dst.b, 6);
	assert_memory_equal(f.p + 6, src.b, 6);
	assert_memory_equal(f.p + 12, "\x86\xdd", 2);
	return (struct bytes){ f.p + 14, f.n - 14 };
}

static void a_router_advertisement_teaches_the_routers_addresses_and_reaches_the_host(void **state)
{
	struct world w;
	struct mac_addr router = { { 2, 0xff, 0, 0, 0, 1 } };
	struct bytes ra;
	struct rrq q;
	const struct action *a;
	struct in6_addr address = world_in6("fe80::1");
	world_new(&w);
	q = world_attach(&w, 1);
	ra = packet_ra(router);
	world_tunnel(&w, q.m.care_of, ra);
	a = world_next(&w, ACTION_TUNNEL_SET);
	assert_true(mac_equal(a->tunnel.router, router));
	assert_true(in6_equal(&a->tunnel.router_address, &address));
	a = world_next(&w, ACTION_LINK_SEND);
	assert_true(bytes_equal(frame_payload(a, world_host(1), router), ra));
	world_tunnel(&w, q.m.care_of, ra); /* nothing new in it */
	world_next(&w, ACTION_LINK_SEND);
	world_quiet(&w);
	/* the next host starts with what is known */
	world_frame(&w, 2, packet_rs(2));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SEND);
	assert_true(mac_equal(world_next(&w, ACTION_TUNNEL_SET)->tunnel.router, router));
	world_done(&w);
}

static void without_link_layer_address_in_the_advertisement_the_ports_is_the_source(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	world_tunnel(&w, q.m.care_of, packet_ra((struct mac_addr){ { 0 } }));
	world_next(&w, ACTION_TUNNEL_SET); /* the router's address */
	frame_payload(world_next(&w, ACTION_LINK_SEND), world_host(1),
		      w.config.access.ports[0].mac);
	world_done(&w);
}

static void any_packet_out_of_the_tunnel_reaches_the_host_octet_for_octet(void **state)
{
	struct world w;
	struct rrq q;
	struct bytes p;
	world_new(&w);
	q = world_attach(&w, 1);
	p = packet_data(9, 777);
	world_tunnel(&w, q.m.care_of, p);
	assert_true(bytes_equal(frame_payload(world_next(&w, ACTION_LINK_SEND), world_host(1),
					      w.config.access.ports[0].mac),
				p));
	world_done(&w);
}

static void a_forged_or_broken_advertisement_is_dropped(void **state)
{
	struct world w;
	struct rrq q;
	struct bytes ra;
	world_new(&w);
	q = world_attach(&w, 1);
	ra = packet_ra((struct mac_addr){ { 2, 0xff, 0, 0, 0, 1 } });
	((uint8_t *)(uintptr_t)ra.p)[7] = 254; /* hop limit: has been forwarded */
	world_tunnel(&w, q.m.care_of, ra);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_ND_MALFORMED), 1);
	world_tunnel(&w, q.m.care_of, BYTES("x", 1));
	assert_int_equal(world_drops(&w, DROP_FRAME_MALFORMED), 1);
	world_done(&w);
}

static void an_advertisement_that_overtakes_the_reply_waits_for_it(void **state)
{
	struct world w;
	struct mac_addr router = { { 2, 0xff, 0, 0, 0, 1 } };
	struct rrq q;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	for (int i = 0; i < 6; i++)
		world_tunnel(&w, q.m.care_of, packet_ra(router));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_BUFFER_FULL), 2); /* bounded */
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SEND);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_TUNNEL_SET); /* with the router */
	for (int i = 0; i < 4; i++)
		world_next(&w, ACTION_LINK_SEND);
	world_quiet(&w);
	world_done(&w);
}

static void packets_from_elsewhere_or_for_nobody_do_not_leave_the_tunnel(void **state)
{
	struct world w;
	struct packet p = { .from = PACKET_TUNNEL, .remote = world_in4("192.0.2.66") };
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	p.local = q.m.care_of;
	p.payload = packet_data(1, 100);
	an_role.packet(w.an, &p, w.now, &w.out);
	p.remote = w.config.access.home_agent;
	p.key = 5;
	an_role.packet(w.an, &p, w.now, &w.out);
	world_tunnel(&w, world_in4("198.51.100.11"), packet_data(1, 100));
	world_tunnel(&w, world_in4("198.51.100.99"), packet_data(1, 100));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_TUNNEL_UNKNOWN), 4);
	world_done(&w);
}

static void a_router_address_that_is_no_hosts_is_not_used_as_source(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	world_tunnel(&w, q.m.care_of, packet_ra((struct mac_addr){ { 3, 0, 0, 0, 0, 1 } }));
	world_next(&w, ACTION_TUNNEL_SET);
	frame_payload(world_next(&w, ACTION_LINK_SEND), world_host(1),
		      w.config.access.ports[0].mac);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(rs_alone_registers, "AN-8 AN-25"),
	TEST(ns_alone_registers, "AN-7 AN-8 AN-25"),
	TEST(any_first_frame_of_an_unknown_host_registers, "AN-7"),
	TEST(a_frame_on_no_port_of_ours_is_dropped, ""),
	TEST(frames_that_are_no_ipv6_or_of_no_host_are_dropped, ""),
	TEST(the_request_is_that_of_the_draft, "AN-10 AN-11 AN-26 AN-28 EXT-2 EXT-4"),
	TEST(a_configured_nai_of_the_port_or_the_mac_comes_before_the_mac, "EXT-2"),
	TEST(without_an_association_nothing_is_sent_and_the_host_is_blocked, "AN-28"),
	TEST(without_a_care_of_address_nothing_is_registered, "AN-9"),
	TEST(hosts_are_bounded_per_port_and_in_all, ""),
	TEST(what_the_host_sent_meanwhile_goes_first_and_in_order_then_the_path_opens,
	     "AN-12 AN-14 AN-15"),
	TEST(held_packets_are_bounded_per_host, ""),
	TEST(held_packets_are_bounded_in_all, ""),
	TEST(a_frame_that_was_still_on_its_way_up_goes_into_the_tunnel_unchanged, "AN-30 AN-35"),
	TEST(accepted_without_the_extension_is_no_service, "AN-27"),
	TEST(accepted_for_no_time_is_no_service, "AN-27"),
	TEST(an_address_in_the_extension_is_only_a_signal, "AN-31"),
	TEST(code_1_is_accepted_too, ""),
	TEST(a_router_advertisement_teaches_the_routers_addresses_and_reaches_the_host,
	     "AN-13 AN-32 AN-33 AN-37"),
	TEST(without_link_layer_address_in_the_advertisement_the_ports_is_the_source, "AN-37"),
	TEST(any_packet_out_of_the_tunnel_reaches_the_host_octet_for_octet, "AN-13 AN-30 AN-36"),
	TEST(a_forged_or_broken_advertisement_is_dropped, "AN-32"),
	TEST(an_advertisement_that_overtakes_the_reply_waits_for_it, "AN-13"),
	TEST(packets_from_elsewhere_or_for_nobody_do_not_leave_the_tunnel, ""),
	TEST(a_router_address_that_is_no_hosts_is_not_used_as_source, "AN-33"),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_attach", tests);
}
