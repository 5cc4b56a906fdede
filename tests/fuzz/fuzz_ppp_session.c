/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access router and hosts that dial in, among octets: a script of discovery packets and packets
 * of sessions, verdicts on who hosts are, packets out of tunnels, messages of home agents, link
 * events, entries that the data plane refuses, a store that is full or damaged, reloads, restarts
 * and time. Hosts know what the router has said, so the script can say "agree to that", or answer
 * with any octets. What must hold is that of `ar`, and: a host hears of an identifier when the data
 * plane has its address, and of IPv6 when IPv6CP is through; whom nobody has vouched for is not
 * registered; after a stop there is no session, and after two minutes of silence none that has not
 * come up.
 */
#include "ar_script.h"
#include "proto/ppp_auth.h"

#define OPS_MAX 300
#define SILENCE 130 /* two phases of 60 s, and two Terminate-Requests */

/* What a host has heard last. */
static struct host {
	uint16_t session;
	uint8_t cookie[8];
	bool offered;
	struct heard {
		uint8_t code, id, n;
		uint8_t data[64];
	} lcp, ip6cp, auth;
	uint64_t nakked;
} hosts[PORTS][HOSTS];

static struct host *host_at(uint32_t ifindex, struct mac_addr host)
{
	static struct host nobody; /* of a record that is damaged */

	assert(ifindex - IFINDEX < PORTS);
	if (host.b[5] < HOSTS)
		return &hosts[ifindex - IFINDEX][host.b[5]];
	assert(store_wrong);
	return &nobody;
}

static struct host *host_of(uint8_t which)
{
	return host_at(port(which), mac(which));
}

/* --- what hosts hear --- */

static void hear_discovery(uint32_t ifindex, struct mac_addr mac_of,
			   const struct pppoe_discovery *d)
{
	struct host *h = host_at(ifindex, mac_of);

	if (d->code == PPPOE_PADO) {
		assert(d->ac_cookie.n == sizeof(h->cookie));
		memcpy(h->cookie, d->ac_cookie.p, sizeof(h->cookie));
		h->offered = true;
	}
	if (d->code == PPPOE_PADS)
		h->session = d->session;
}

static void keep(struct heard *h, const struct ppp_packet *p)
{
	h->code = p->code;
	h->id = p->id;
	h->n = (uint8_t)(p->data.n < sizeof(h->data) ? p->data.n : sizeof(h->data));
	if (h->n)
		memcpy(h->data, p->data.p, h->n);
}

static void hear_session(uint32_t ifindex, struct mac_addr mac_of, const struct pppoe_session *s)
{
	struct host *h = host_at(ifindex, mac_of);
	struct ppp_packet p;
	struct reader r;

	if (s->protocol == PPP_PROTOCOL_IPV6 || ppp_packet_read(s->payload, &p) < 0)
		return;
	if (s->protocol == PPP_PROTOCOL_LCP)
		keep(&h->lcp, &p);
	else if (s->protocol == PPP_PROTOCOL_IPV6CP && p.code == PPP_CODE_CONFIGURE_REQUEST)
		keep(&h->ip6cp, &p);
	else if (s->protocol != PPP_PROTOCOL_IPV6CP)
		keep(&h->auth, &p);
	if (s->protocol == PPP_PROTOCOL_IPV6CP && p.code == PPP_CODE_CONFIGURE_NAK) {
		r = reader_new(p.data);
		read_u16(&r);
		h->nakked = read_u64(&r);
	}
}

/* --- what they say --- */

static void give(uint8_t which, enum packet_from from, enum packet_why why, struct bytes b)
{
	const struct packet p = {
		.from = from, .why = why, .ifindex = port(which), .source = mac(which), .payload = b
	};

	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

static void discovery_in(struct reader *r)
{
	static const enum pppoe_code codes[] = { PPPOE_PADI, PPPOE_PADR, PPPOE_PADR, PPPOE_PADT };
	uint8_t buf[256], which = read_u8(r), kind = read_u8(r);
	struct writer w = writer_new(buf, sizeof(buf));
	struct host *h = host_of(which);
	struct pppoe_discovery d = { .code = codes[kind & 3],
				     .session = (kind & 3) == 3 ? h->session : 0,
				     .services = { BYTES("net", kind & 4 ? 3 : 0) },
				     .n_services = 1 };

	if (kind & 0x80) {
		give(which, PACKET_DISCOVERY, PACKET_CONTROL, octets(r, kind & 0x7f));
		return;
	}
	if (h->offered && !(kind & 8))
		d.ac_cookie = BYTES(h->cookie, sizeof(h->cookie));
	if (kind & 16)
		d.host_uniq = octets(r, kind >> 5);
	assert(pppoe_encode(&d, &w) == 0);
	give(which, PACKET_DISCOVERY, PACKET_CONTROL, writer_bytes(&w));
}

static void session_in(uint8_t which, uint16_t protocol, enum packet_why why, struct bytes packet)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));

	pppoe_session_write(&w, host_of(which)->session, protocol, packet.n);
	write_bytes(&w, packet);
	give(which, PACKET_SESSION, why, writer_bytes(&w));
}

static void control_in(uint8_t which, uint16_t protocol, uint8_t code, uint8_t id,
		       struct bytes data)
{
	const struct ppp_packet p = { .code = code, .id = id, .data = data };
	uint8_t buf[400];
	struct writer w = writer_new(buf, sizeof(buf));

	assert(ppp_packet_write(&w, &p) == 0);
	session_in(which, protocol, PACKET_CONTROL, writer_bytes(&w));
}

/* It agrees with what was asked last, or asks itself, or says what the script writes. */
static void lcp_in(struct reader *r)
{
	const uint8_t which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	const struct heard *h = &host_of(which)->lcp;
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));

	switch (kind & 3) {
	case 0:
		control_in(which, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, h->id,
			   BYTES(h->data, h->n));
		return;
	case 1:
		ppp_option_write_u32(&w, PPP_LCP_MAGIC, kind & 4 ? more : 0x01020304);
		if (kind & 8)
			ppp_option_write_u16(&w, PPP_LCP_MRU, (uint16_t)(1420 + more));
		control_in(which, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, more,
			   writer_bytes(&w));
		return;
	case 2: /* what it has heard comes back, as on a loop */
		control_in(which, PPP_PROTOCOL_LCP, kind & 4 ? h->code : kind >> 3, h->id,
			   BYTES(h->data, h->n));
		return;
	case 3:
		control_in(which, PPP_PROTOCOL_LCP, kind >> 3, kind & 4 ? h->id : more,
			   octets(r, more));
		return;
	}
}

static void auth_in(struct reader *r)
{
	static const uint16_t protocols[] = { [AUTH_PAP] = PPP_PROTOCOL_PAP,
					      [AUTH_CHAP_MD5] = PPP_PROTOCOL_CHAP,
					      [AUTH_EAP] = PPP_PROTOCOL_EAP };
	const uint8_t which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	const struct heard *h = &host_of(which)->auth;
	const enum auth_method method = config.pppoe.auth;
	const struct bytes name = kind & 8 ? octets(r, more) : BYTES("hostname", 1 + more % 8);
	uint8_t buf[300];
	struct writer w = writer_new(buf, sizeof(buf));

	if (kind & 1) {
		session_in(which, protocols[kind % 3], PACKET_CONTROL, octets(r, more));
		return;
	}
	switch (method) {
	case AUTH_PAP:
		ppp_pap_request_write(&w, &(struct ppp_pap_request){ name, BYTES("secret", 6) });
		break;
	case AUTH_CHAP_MD5:
		ppp_chap_value_write(
			&w, &(struct ppp_chap_value){ BYTES("0123456789abcdef", 16), name });
		break;
	case AUTH_EAP:
		ppp_eap_write(&w, &(struct ppp_eap){ kind & 4 ? more : PPP_EAP_IDENTITY, name });
		break;
	}
	control_in(which, protocols[method], method == AUTH_PAP ? 1 : 2, h->id, writer_bytes(&w));
}

static void verdict_in(struct reader *r)
{
	static const char *const whom[] = {
		"one@r", "two@r", "three", "four@s", "five@t", "six@u"
	};
	const uint8_t which = read_u8(r), kind = read_u8(r);
	const char *name = whom[kind % 6];
	const struct auth_verdict v = { .result = (enum auth_result)((kind >> 3) % 3),
					.name = BYTES(name, strlen(name)),
					.eap = kind & 0x40 ? octets(r, which)
							   : BYTES("\1\7\0\6\4x", 6),
					.state = BYTES("state", 5) };

	if (kind & 0x80) { /* mostly they are let in */
		ar_role.verdict(
			ar, questions[which % RECENT],
			&(struct auth_verdict){ AUTH_ACCEPTED, v.name, { NULL, 0 }, v.state }, now,
			&out);
		return;
	}
	ar_role.verdict(ar, questions[which % RECENT], &v, now, &out);
}

static void ip6cp_in(struct reader *r)
{
	const uint8_t which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	const struct host *h = host_of(which);
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));

	switch (kind & 3) {
	case 0:
		control_in(which, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, h->ip6cp.id,
			   BYTES(h->ip6cp.data, h->ip6cp.n));
		return;
	case 1:
	case 2:
		ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER, kind & 4 ? more : h->nakked);
		if (kind & 8)
			ppp_option_write_u16(&w, more, more);
		control_in(which, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, more,
			   writer_bytes(&w));
		return;
	case 3:
		control_in(which, PPP_PROTOCOL_IPV6CP, kind >> 3, kind & 4 ? h->ip6cp.id : more,
			   octets(r, more));
		return;
	}
}

/* ND, data, or what the script writes. */
static void packet_in(struct reader *r)
{
	uint8_t buf[256], which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	const struct in6_addr link_local = in6_link_local_with(more), src = home(more),
			      dst = kind & 8 ? config.router_address : home(kind);
	struct nd m = { .type = kind & 4 ? ND_RS : ND_NS,
			.src = link_local,
			.dst = in6_all_routers,
			.target = dst };
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start;

	switch (kind & 3) {
	case 0:
		assert(nd_write(&w, &m) == 0);
		break;
	case 1:
	case 2:
		start = udp_begin(&w, kind & 16 ? &link_local : &src, &dst, 1,
				  kind & 32 ? DHCP6_SERVER_PORT : 2);
		udp_end(&w, start);
		buf[7] = kind >> 6;
		break;
	case 3:
		write_bytes(&w, octets(r, more));
		break;
	}
	session_in(which, PPP_PROTOCOL_IPV6, (enum packet_why)(kind >> 6), writer_bytes(&w));
}

static void octets_in(struct reader *r)
{
	const uint8_t which = read_u8(r), kind = read_u8(r), more = read_u8(r);

	if (kind & 1)
		session_in(which, read_u16(r), PACKET_CONTROL, octets(r, more));
	else
		give(which, PACKET_SESSION, PACKET_CONTROL, octets(r, more));
}

static void tunnel_in(struct reader *r)
{
	uint8_t buf[256], which = read_u8(r), more = read_u8(r);
	const struct in6_addr src = home((uint8_t)(more >> 4)), dst = home(more);
	struct writer w = writer_new(buf, sizeof(buf));
	struct packet p = { .from = PACKET_TUNNEL,
			    .local = config.care_of,
			    .remote = home_agent(0) };
	size_t start = udp_begin(&w, &src, &dst, 1, 2);

	udp_end(&w, start);
	buf[7] = which;
	p.payload = writer_bytes(&w);
	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

/* --- what becomes of it --- */

static void reload(uint8_t how)
{
	config.access.lifetime = how & 1 ? 30 : 100;
	config.access.detach_delay = how & 2 ? 0 : 10;
	config.pppoe.auth = (enum auth_method)((how >> 2) % 3);
	config.pppoe.sessions_per_mac = how & 32 ? 1 : 3;
	config.pppoe.realms[0].shared = how & 64;
	memcpy(config.pppoe.service, how & 128 ? "net" : "", how & 128 ? 4 : 1);
	assert(ar_reload(ar, &config, &env, now) == 0);
}

static void spoil_store(struct reader *r)
{
	const uint32_t i = read_u8(r) % PLACES;
	const uint16_t n = read_u8(r);
	const uint8_t bits = read_u8(r);

	store_wrong = true;
	if (n < store[i].n)
		store[i].value[n] ^= bits;
}

static void configure(uint8_t how)
{
	script_configure();
	for (int i = 0; i < PORTS; i++)
		config.ports[i].addressing = AR_PPP;
	config.pppoe =
		(struct ar_pppoe){ .auth = (enum auth_method)(how % 3),
				   .name = "router",
				   .sessions_per_mac = 3,
				   .echo_interval = 10,
				   .echo_failures = 3,
				   .key = "0123456789abcde",
				   .realms = { { .name = "s", .shared = true },
					       { .name = "t", .iid_policy = AR_IID_ACCEPT_PEER } },
				   .n_realms = 2 };
}

static uint32_t reloads;

static void step(struct reader *r)
{
	uint8_t op = read_u8(r), more;

	switch (op % 16) {
	case 0:
		discovery_in(r);
		break;
	case 1:
	case 2:
		lcp_in(r);
		break;
	case 3:
		auth_in(r);
		break;
	case 4:
		verdict_in(r);
		break;
	case 5:
	case 6:
		ip6cp_in(r);
		break;
	case 7:
		packet_in(r);
		break;
	case 8:
		octets_in(r);
		break;
	case 9:
		message_in(r, op & 32 ? MIP4_REVOCATION : MIP4_RRP, op & 64);
		break;
	case 10:
		message_in(r, MIP4_RRP, false);
		break;
	case 11:
		more = read_u8(r);
		ar_role.link(
			ar, &(struct link){ IFINDEX + more % PORTS, op & 16 ? LINK_UP : LINK_DOWN },
			now, &out);
		break;
	case 12:
		pass(read_u8(r) % 64);
		break;
	case 13:
		if (op & 16)
			refusals = read_u8(r);
		else
			tunnel_in(r);
		break;
	case 14:
		if (op & 16)
			spoil_store(r);
		restart(true);
		break;
	case 15:
		if (op & 16)
			store_full = op & 32;
		else if (reloads++ < 8)
			reload(read_u8(r));
		store_wrong |= store_full;
		break;
	}
	look();
}

/* Who has not come up in that time never will. */
static void settle(void)
{
	pass(SILENCE);
	for (uint32_t i = 0; i < ar->ppp.sessions.next; i++) {
		const struct ppp_session *s = slab_at(&ar->ppp.sessions, i);

		assert(!s->used || (s->phase == AR_SESSION_OPEN && s->host && !s->terminating));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));

	memset(hosts, 0, sizeof(hosts));
	dialled = hear_session;
	discovered = hear_discovery;
	reloads = 0;
	configure(read_u8(&r));
	script_begin();
	for (int i = 0; i < OPS_MAX && reader_left(&r); i++)
		step(&r);
	settle();
	script_end();
	assert(slab_used(&ar->ppp.sessions) == 0);
	return 0;
}
