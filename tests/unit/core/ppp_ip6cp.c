/* SPDX-License-Identifier: Apache-2.0 */
/* IPv6CP and registration of hosts by PPP (draft 3.1.1, 5.4.1, A1, A2, A17). */
#include "ppp_world.h"
#include "core/ppp_internal.h"
#include "core/ppp_automaton.h"

static struct nd advertised(struct dial *d)
{
	struct ip6 ip;
	struct nd ra;

	assert_int_equal(ip6_decode(dial_packet(d, PPP_PROTOCOL_IPV6), &ip), 0);
	assert_int_equal(nd_decode(&ip, &ra), 0);
	assert_int_equal(ra.type, ND_RA);
	return ra;
}

static struct ppp_packet heard(struct dial *d, uint8_t code)
{
	return dial_next(d, PPP_PROTOCOL_IPV6CP, code);
}

/* Figure 1, step by step. */
static void a_unique_prefix_is_had_as_in_figure_1(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;
	struct address a;
	struct rrq q;
	struct nd ra;
	uint8_t id;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);                     /* 1 */
	id = dial_ask(&d, 0x1234567890); /* 2 */
	q = world_request(&w);           /* 3 */
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	assert_true(q.m.hoa_request_iid != 0 && q.m.hoa_request_iid != ROUTER_ID);
	assert_false(q.m.hoa_request_iid >> 56 & 3); /* universal, group: clear */
	assert_true(bytes_equal(q.m.nai, bytes_of(DIAL_NAI)));
	assert_true(in4_equal(q.m.care_of, w.config.care_of));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST); /* 4: without waiting */
	assert_true(identifier_in(&p) == ROUTER_ID);
	world_quiet(&w);
	world_answer(&w, &q, NULL); /* 5 */
	world_next(&w, ACTION_TUNNEL_SET);
	a = world_next(&w, ACTION_ADDRESS_SET)->address;
	assert_int_equal(a.length, 64);
	assert_int_equal(a.session, d.session);
	assert_true(mac_equal(a.host, world_host(1)));
	p = heard(&d, PPP_CODE_CONFIGURE_NAK); /* 6 */
	assert_int_equal(p.id, id);
	assert_true(identifier_in(&p) == q.m.hoa_request_iid);
	world_quiet(&w);
	d.theirs = ROUTER_ID;
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, 1,
		     option_u64(PPP_IPV6CP_IDENTIFIER, ROUTER_ID)); /* 7 */
	world_quiet(&w);
	id = dial_ask(&d, q.m.hoa_request_iid); /* 8 */
	p = heard(&d, PPP_CODE_CONFIGURE_ACK);  /* 9 */
	assert_int_equal(p.id, id);
	ra = advertised(&d); /* 11, unasked */
	assert_int_equal(ar_pppoe(w.ar)->outcomes[AR_PPPOE_OPENED], 1);
	assert_true(in6_equal(&ra.src, &w.config.router_address));
	assert_int_equal(ra.n_prefixes, 1);
	assert_int_equal(ra.prefixes[0].length, 64);
	assert_true(ra.prefixes[0].autonomous && !ra.prefixes[0].on_link);
	assert_true(in6_in_prefix(&ra.prefixes[0].prefix, &a.prefix, 64));
	assert_false(ra.managed || ra.has_lla);
	world_quiet(&w);
	world_done(&w);
}

static void realm(struct world *w, bool shared, enum ar_iid_policy policy)
{
	w->config.pppoe.realms[0] =
		(struct ar_realm){ .name = "example.net", .shared = shared, .iid_policy = policy };
	w->config.pppoe.n_realms = 1;
	w->unique = !shared;
}

/* Registered, the host's first request for `asked` not answered yet. */
static struct rrq asked(struct dial *d, uint64_t identifier)
{
	struct ppp_packet p;
	struct rrq q;

	dial_in(d);
	dial_ask(d, identifier);
	q = world_request(d->w);
	p = heard(d, PPP_CODE_CONFIGURE_REQUEST);
	dial_control(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	world_quiet(d->w);
	return q;
}

static void registered(struct dial *d, const struct rrq *q, void (*change)(struct mip4_message *m))
{
	world_answer(d->w, q, change);
	world_next(d->w, ACTION_TUNNEL_SET);
	world_next(d->w, ACTION_ADDRESS_SET);
}

/* Figure 2: what the home agent chooses is what the host gets. */
static void a_shared_prefix_is_had_as_in_figure_2(void **state)
{
	const struct action *a;
	struct world w;
	struct dial d;
	struct ppp_packet p;
	struct rrq q;
	struct nd ra;

	world_ppp_init(&w);
	realm(&w, true, AR_IID_ASSIGN);
	w.last = 9;
	world_start(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	assert_true(q.m.hoa_request_iid == 0);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	a = world_next(&w, ACTION_ADDRESS_SET);
	assert_int_equal(a->address.length, 128);
	p = heard(&d, PPP_CODE_CONFIGURE_NAK);
	assert_true(identifier_in(&p) == 9); /* of 2001:db8:b::9 */
	dial_ask(&d, 9);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	ra = advertised(&d);
	assert_int_equal(ra.n_prefixes, 1); /* D8: the prefix, though only the address is routed */
	assert_true(ra.prefixes[0].length == 64 && ra.prefixes[0].autonomous);
	world_done(&w);
}

static void other_realms_have_unique_prefixes(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp_init(&w);
	realm(&w, true, AR_IID_ASSIGN);
	strcpy(w.config.pppoe.realms[0].name, "example.com");
	w.unique = true;
	world_start(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	assert_true(q.m.hoa_request_iid != 0);
	world_done(&w);
}

/* A2: figures say "any", 3.1.1 says 0; one without the option is one, too. */
static void any_first_request_registers_once(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct world w;
		struct dial d;

		world_ppp(&w);
		d = dial_new(&w, 1);
		dial_in(&d);
		dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, 1,
			     i == 0   ? option_u64(PPP_IPV6CP_IDENTIFIER, 0)
			     : i == 1 ? option_u64(PPP_IPV6CP_IDENTIFIER, ROUTER_ID)
				      : BYTES(NULL, 0));
		world_request(&w);
		heard(&d, PPP_CODE_CONFIGURE_REQUEST);
		for (uint8_t id = 1; id < 9; id++)
			dial_ask(&d, 5);
		world_quiet(&w);
		world_done(&w);
	}
}

/* The host asks again every 3 s, with the same Id or another; that is not counted. */
static void the_latest_request_is_answered(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;
	struct rrq q;
	uint8_t id = 0;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	for (int i = 0; i < 2 * PPP_MAX_FAILURE; i++)
		id = dial_ask(&d, 77);
	registered(&d, &q, NULL);
	p = heard(&d, PPP_CODE_CONFIGURE_NAK);
	assert_int_equal(p.id, id);
	world_quiet(&w);
	world_done(&w);
}

static void of_another_address(struct mip4_message *m)
{
	m->hoa_address = world_in6("2001:db8:c:d::1234");
}

/* A17: it had an address by another router, or before. */
static void the_home_agents_address_wins(void **state)
{
	for (int policy = AR_IID_ASSIGN; policy <= AR_IID_ACCEPT_PEER; policy++) {
		struct world w;
		struct dial d;
		struct ppp_packet p;
		struct rrq q;

		world_ppp_init(&w);
		realm(&w, false, (enum ar_iid_policy)policy);
		world_start(&w);
		d = dial_new(&w, 1);
		q = asked(&d, 77);
		registered(&d, &q, of_another_address);
		p = heard(&d, PPP_CODE_CONFIGURE_NAK);
		assert_true(identifier_in(&p) == 0x1234);
		world_done(&w);
	}
}

static void a_host_gets_what_it_asks_for_by_accept_peer(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp_init(&w);
	realm(&w, false, AR_IID_ACCEPT_PEER);
	world_start(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 0x0211);
	assert_true(q.m.hoa_request_iid == 0x0211);
	registered(&d, &q, NULL);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	advertised(&d);
	world_done(&w);
}

static void accept_peer_takes_neither_zero_nor_ours(void **state)
{
	for (uint64_t identifier = 0; identifier <= ROUTER_ID; identifier++) {
		struct world w;
		struct dial d;
		struct ppp_packet p;
		struct rrq q;

		world_ppp_init(&w);
		realm(&w, false, AR_IID_ACCEPT_PEER);
		world_start(&w);
		d = dial_new(&w, 1);
		q = asked(&d, identifier);
		assert_true(q.m.hoa_request_iid != 0 && q.m.hoa_request_iid != ROUTER_ID);
		registered(&d, &q, NULL);
		p = heard(&d, PPP_CODE_CONFIGURE_NAK);
		assert_true(identifier_in(&p) == q.m.hoa_request_iid);
		world_done(&w);
	}
}

/* A1: with the whole /64 its own, it may. The same request again only says that our Nak was lost.
 */
static void a_host_that_insists_has_its_identifier_in_its_own_prefix(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;
	struct ar_session_info i;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	registered(&d, &q, NULL);
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	d.id--;
	dial_ask(&d, 77);
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	dial_ask(&d, 77);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	advertised(&d);
	assert_true(dial_info(&d, &i));
	assert_true(i.identifier == 77 && i.phase == AR_SESSION_OPEN);
	world_done(&w);
}

/* Who has taken ours does not insist when it asks for its own once more. */
static void a_host_that_begins_anew_is_refused_once_more(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	registered(&d, &q, NULL);
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	dial_ask(&d, q.m.hoa_request_iid);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	w.read = w.out.n;
	dial_ask(&d, 77);
	heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	world_done(&w);
}

static void a_host_that_wavers_has_one_after_five_naks(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	registered(&d, &q, NULL);
	for (uint64_t identifier = 78; identifier < 77 + PPP_MAX_FAILURE; identifier++) {
		heard(&d, PPP_CODE_CONFIGURE_NAK);
		dial_ask(&d, identifier);
	}
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	dial_ask(&d, 99);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	world_done(&w);
}

static void a_host_that_insists_has_no_session_with_a_shared_prefix(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp_init(&w);
	realm(&w, true, AR_IID_ASSIGN);
	w.last = 9;
	world_start(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	registered(&d, &q, NULL);
	for (int i = 0; i < PPP_MAX_FAILURE; i++) {
		heard(&d, PPP_CODE_CONFIGURE_NAK);
		dial_ask(&d, 77);
	}
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_IDENTIFIER);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_done(&w);
}

/* AR-5: a home address that ends as ours does. */
static void identifiers_of_both_ends_differ(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;
	struct rrq q;
	struct nd ra;
	uint64_t ours;

	world_ppp_init(&w);
	realm(&w, true, AR_IID_ASSIGN);
	w.last = ROUTER_ID;
	world_start(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 0);
	registered(&d, &q, NULL);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST); /* ours gives way */
	ours = identifier_in(&p);
	assert_true(ours != 0 && ours != ROUTER_ID);
	assert_true((ours & ~PPP_IDENTIFIER_MASK) == 0);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	p = heard(&d, PPP_CODE_CONFIGURE_NAK);
	assert_true(identifier_in(&p) == ROUTER_ID);
	dial_ask(&d, ROUTER_ID);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	ra = advertised(&d);
	assert_true(in6_identifier(&ra.src) == ours);
	world_done(&w);
}

/* RFC 5072 4.1. */
static void what_the_host_suggests_for_us_is_taken(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_ask(&d, 77);
	world_request(&w);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK, p.id,
		     option_u64(PPP_IPV6CP_IDENTIFIER, 0xabc));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_true(identifier_in(&p) == 0xabc);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK, p.id,
		     option_u64(PPP_IPV6CP_IDENTIFIER, 77)); /* its own */
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_true(identifier_in(&p) != 77 && identifier_in(&p) != 0);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REJECT, p.id, p.data);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_int_equal(p.data.n, 0);
	world_done(&w);
}

static void what_else_is_asked_for_is_rejected_at_once(void **state)
{
	const struct bytes compression = BYTES("\x02\x04\x00\x4f\x01\x02\x03", 4);
	struct world w;
	struct dial d;
	struct ppp_packet p;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, 1, compression);
	world_request(&w);
	heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	p = heard(&d, PPP_CODE_CONFIGURE_REJECT);
	assert_true(bytes_equal(p.data, compression));
	world_quiet(&w);
	world_done(&w);
}

static void a_host_that_waits_is_asked_first(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	world_pass(&w, 3);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST);
	world_quiet(&w);
	dial_ask(&d, 5);
	world_request(&w);
	world_quiet(&w);
	world_done(&w);
}

static struct bytes solicitation(void)
{
	return packet_nd(&(struct nd){
		.type = ND_RS, .src = in6_link_local_with(77), .dst = in6_all_routers });
}

/* AR-7: neither before the registration nor before IPv6CP is through; then on each solicitation. */
static void advertisements_wait_for_both(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	dial_send(&d, PPP_PROTOCOL_IPV6, solicitation());
	world_quiet(&w);
	registered(&d, &q, NULL);
	heard(&d, PPP_CODE_CONFIGURE_NAK);
	dial_send(&d, PPP_PROTOCOL_IPV6, solicitation());
	world_pass(&w, 2.5);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_EARLY), 2);
	dial_ask(&d, q.m.hoa_request_iid);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	advertised(&d);
	dial_send(&d, PPP_PROTOCOL_IPV6, solicitation());
	assert_int_equal(advertised(&d).n_prefixes, 1);
	world_quiet(&w);
	world_done(&w);
}

static void refused_by_the_home_agent_there_is_no_ipv6cp(void **state)
{
	struct ar_session_info i;
	uint32_t cursor = 0;
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	world_answer(&w, &q, deny_resources);
	world_event(&w, EVENT_REFUSED);
	assert_string_equal(world_event(&w, EVENT_SESSION_ENDED)->reason, "refused-by-home-agent");
	dial_ended(&d);
	world_quiet(&w);
	assert_true(ar_session_next(w.ar, &cursor, w.now, &i));
	assert_int_equal(i.phase, AR_SESSION_ENDED);
	assert_int_equal(i.end, AR_END_REFUSED);
	assert_int_equal(i.code, MIP4_HA_RESOURCES);
	assert_true(bytes_equal(i.nai, bytes_of(DIAL_NAI)));
	assert_false(ar_session_next(w.ar, &cursor, w.now, &i));
	world_done(&w);
}

static void without_a_home_agent_there_is_no_ipv6cp(void **state)
{
	struct world w;
	struct dial d;
	bool ended = false;

	world_ppp(&w);
	d = dial_new(&w, 1);
	asked(&d, 77);
	for (int t = 0; t < 32; t++) { /* the host goes on asking */
		world_pass(&w, 1);
		if (!last_end(&w))
			dial_ask(&d, 77);
	}
	for (; w.read < w.out.n; w.read++)
		ended |= w.out.v[w.read].type == ACTION_EVENT &&
			 w.out.v[w.read].event.event == EVENT_SESSION_ENDED;
	assert_true(ended);
	assert_int_equal(last_end(&w), AR_END_UNREACHABLE);
	world_pass(&w, 10);
	assert_false(dial_info(&d, &(struct ar_session_info){ 0 }));
	world_done(&w);
}

/* Most hosts give up sooner than we do. */
static void a_host_that_has_waited_in_vain_for_the_home_agent_hangs_up(void **state)
{
	for (int waits = 0; waits < 2; waits++) {
		struct world w;
		struct dial d;

		world_ppp(&w);
		d = dial_new(&w, 1);
		asked(&d, 77);
		world_pass(&w, 5 * waits);
		dial_say(&d, PPPOE_PADT, d.session, BYTES(NULL, 0));
		assert_int_equal(last_end(&w), waits ? AR_END_UNREACHABLE : AR_END_HUNG_UP);
		world_done(&w);
	}
}

static void without_identifier(struct mip4_message *m)
{
	m->hoa_address = world_in6("2001:db8:c:d::");
}

static void an_address_without_identifier_is_of_no_use(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = asked(&d, 77);
	world_answer(&w, &q, without_identifier);
	assert_int_equal(world_request(&w).m.lifetime, 0);
	dial_ended(&d);
	assert_int_equal(last_end(&w), AR_END_UNUSABLE);
	world_done(&w);
}

static void an_unknown_name_is_not_registered(void **state)
{
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_discover(&d);
	dial_lcp(&d);
	dial_verdict(&d, dial_chap(&d)->id, AUTH_ACCEPTED, "bob@nowhere.example");
	dial_next(&d, PPP_PROTOCOL_CHAP, 3);
	dial_ask(&d, 77);
	dial_ended(&d);
	assert_int_equal(world_drops(&w, DROP_SA_UNKNOWN), 1);
	assert_int_equal(last_end(&w), AR_END_KEY);
	world_done(&w);
}

static void a_host_that_closes_ipv6cp_hangs_up(void **state)
{
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_up(&d);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_TERMINATE_REQUEST, 9, BYTES(NULL, 0));
	heard(&d, PPP_CODE_TERMINATE_ACK);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	assert_int_equal(world_request(&w).m.lifetime, 0);
	assert_int_equal(last_end(&w), AR_END_TERMINATED);
	world_done(&w);
}

/* Its Ack of ours was lost: it asks again, and gets the same, its registration untouched. */
static void ipv6cp_may_be_negotiated_anew(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	q = dial_up(&d);
	dial_ask(&d, q.m.hoa_request_iid);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	dial_send(&d, PPP_PROTOCOL_IPV6, solicitation()); /* too early */
	world_quiet(&w);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	advertised(&d);
	world_quiet(&w);
	world_done(&w);
}

static void an_unknown_code_is_rejected(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_up(&d);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_ECHO_REQUEST, 9, BYTES("abcd", 4));
	p = heard(&d, PPP_CODE_CODE_REJECT); /* echo is for LCP alone */
	assert_memory_equal(p.data.p,
			    "\x09\x09\x00\x08"
			    "abcd",
			    8);
	world_done(&w);
}

static void an_ack_of_something_else_is_none(void **state)
{
	struct world w;
	struct dial d;
	struct ppp_packet p;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_ask(&d, 77);
	world_request(&w);
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, (uint8_t)(p.id + 1), p.data);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id,
		     option_u64(PPP_IPV6CP_IDENTIFIER, 5));
	assert_int_equal(world_drops(&w, DROP_PPP_UNEXPECTED), 2);
	world_pass(&w, 2);
	world_skip(&w);
	world_pass(&w, 0.999);
	world_quiet(&w);
	world_pass(&w, 0.002);
	while (w.out.v[w.read].type != ACTION_LINK_SEND)
		w.read++;
	heard(&d, PPP_CODE_CONFIGURE_REQUEST); /* it is asked again */
	world_done(&w);
}

static void broken_options_are_dropped(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} broken[] = {
		{ "\x01", 1 },
		{ "\x01\x00", 2 },
		{ "\x01\x01", 2 },
		{ "\x01\x0a\x00", 3 },
	};
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	for (size_t i = 0; i < 4; i++)
		dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, 1,
			     BYTES(broken[i].p, broken[i].n));
	assert_int_equal(world_drops(&w, DROP_PPP_MALFORMED), 4);
	world_quiet(&w);
	world_done(&w);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_unique_prefix_is_had_as_in_figure_1,
		     "AR-1 AR-2 AR-3 AR-4 AR-12 AR-13 AR-14 AR-15 AR-16 AR-17 AR-30 AR-32"),
		TEST(a_shared_prefix_is_had_as_in_figure_2, "AR-3 AR-19 AR-20 AR-31"),
		TEST(other_realms_have_unique_prefixes, "AR-13"),
		TEST(any_first_request_registers_once, "AR-6 AR-12"),
		TEST(the_latest_request_is_answered, "AR-16"),
		TEST(the_home_agents_address_wins, "AR-20"),
		TEST(a_host_gets_what_it_asks_for_by_accept_peer, "AR-13 AR-17"),
		TEST(accept_peer_takes_neither_zero_nor_ours, "AR-5"),
		TEST(a_host_that_insists_has_its_identifier_in_its_own_prefix, "AR-16"),
		TEST(a_host_that_begins_anew_is_refused_once_more, "AR-16"),
		TEST(a_host_that_wavers_has_one_after_five_naks, "AR-16"),
		TEST(a_host_that_insists_has_no_session_with_a_shared_prefix, "AR-16"),
		TEST(identifiers_of_both_ends_differ, "AR-4 AR-5"),
		TEST(what_the_host_suggests_for_us_is_taken, "AR-1 AR-5"),
		TEST(what_else_is_asked_for_is_rejected_at_once, "AR-1"),
		TEST(a_host_that_waits_is_asked_first, "AR-15"),
		TEST(advertisements_wait_for_both, "AR-7 AR-18"),
		TEST(refused_by_the_home_agent_there_is_no_ipv6cp, ""),
		TEST(without_a_home_agent_there_is_no_ipv6cp, ""),
		TEST(a_host_that_has_waited_in_vain_for_the_home_agent_hangs_up, ""),
		TEST(an_address_without_identifier_is_of_no_use, "AR-32"),
		TEST(an_unknown_name_is_not_registered, ""),
		TEST(a_host_that_closes_ipv6cp_hangs_up, "AR-28"),
		TEST(ipv6cp_may_be_negotiated_anew, "AR-1"),
		TEST(an_unknown_code_is_rejected, ""),
		TEST(an_ack_of_something_else_is_none, ""),
		TEST(broken_options_are_dropped, ""),
	};

	return TESTS_RUN("core/ppp_ip6cp", tests);
}
