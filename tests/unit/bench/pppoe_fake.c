/* SPDX-License-Identifier: Apache-2.0 */
#include "pppoe_fake.h"

#include "proto/nd.h"
#include "test.h"

#define MAGIC  0x0a0b0c0d
#define FRAMES 256

static const struct mac_addr router_mac = { { 2, 0, 0, 0, 0, 0xaa } };

struct fake ac;

static struct frame {
	size_t n;
	uint8_t b[FRAME_MAX];
} queue[FRAMES];
static size_t head, tail;

static struct dialler *d;

static void from_host(void *ctx, struct bytes frame)
{
	assert_true(tail - head < FRAMES && frame.n <= FRAME_MAX);
	memcpy(queue[tail % FRAMES].b, frame.p, frame.n);
	queue[tail++ % FRAMES].n = frame.n;
}

/* --- the access concentrator --- */

static struct mac_addr host_now; /* whom it answers */
static uint16_t session_now;

void fake_discovery(const struct pppoe_discovery *p)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ether_write(&w, host_now, router_mac, PPPOE_ETHERTYPE_DISCOVERY);
	assert_int_equal(pppoe_encode(p, &w), 0);
	dial_receive(d, writer_bytes(&w));
}

void fake_say(uint16_t protocol, struct bytes packet)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ether_write(&w, host_now, router_mac, PPPOE_ETHERTYPE_SESSION);
	pppoe_session_write(&w, session_now, protocol, packet.n);
	write_bytes(&w, packet);
	write_zero(&w, writer_length(&w) < 60 ? 60 - writer_length(&w) : 0);
	dial_receive(d, writer_bytes(&w));
}

void fake_packet(uint16_t protocol, uint8_t code, uint8_t id, struct bytes data)
{
	const struct ppp_packet p = { .code = code, .id = id, .data = data };
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(ppp_packet_write(&w, &p), 0);
	fake_say(protocol, writer_bytes(&w));
}

void fake_lcp_request(void)
{
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_option_write_u16(&w, PPP_LCP_MRU, PPPOE_MRU_MAX);
	if (ac.auth != PPP_AUTH_OTHER)
		ppp_option_write_auth(&w, ac.auth);
	ppp_option_write_u32(&w, PPP_LCP_MAGIC, MAGIC);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, 7, writer_bytes(&w));
}

static void say_ra(void)
{
	struct nd ra = { .type = ND_RA, .dst = in6_all_nodes, .lifetime = 1800, .mtu = 1480 };
	uint8_t buf[200];
	struct writer w = writer_new(&ra.src, sizeof(ra.src));

	write_u64(&w, UINT64_C(0xfe80) << 48);
	write_u64(&w, FAKE_IDENTIFIER);
	if (!in6_is_unspecified(&ac.ra_source))
		ra.src = ac.ra_source;
	ra.prefixes[0] = (struct nd_prefix){ .length = 64, .autonomous = true, .valid = 100 };
	ra.prefixes[0].prefix.s6_addr[0] = 0x20;
	/* one of its own, for each host */
	if (!ac.same_address)
		ra.prefixes[0].prefix.s6_addr[7] = host_now.b[5];
	ra.n_prefixes = 1;
	w = writer_new(buf, sizeof(buf));
	assert_int_equal(nd_write(&w, &ra), 0);
	fake_say(PPP_PROTOCOL_IPV6, writer_bytes(&w));
}

void fake_ipv6cp_request(void)
{
	uint8_t buf[16];
	struct writer w = writer_new(buf, sizeof(buf));

	ac.asked = true;
	ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER, FAKE_IDENTIFIER);
	fake_packet(PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, 9, writer_bytes(&w));
}

/* Those with identifier 0 are told another one. */
static void ipv6cp(const struct ppp_packet *p)
{
	const uint64_t identifier = ac.same_address ? 0x11 : 0x100 + host_now.b[5];
	struct reader r = reader_new(p->data);
	uint8_t buf[16];
	struct writer w = writer_new(buf, sizeof(buf));
	struct ppp_option o;
	uint64_t asked = 0;

	if (p->code != PPP_CODE_CONFIGURE_REQUEST)
		return;
	assert_true(ppp_option_next(&r, &o) && ppp_option_u64(&o, &asked));
	ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER, identifier);
	if (asked != identifier && !d->o->identifiers) {
		fake_packet(PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK, p->id, writer_bytes(&w));
		return;
	}
	fake_packet(PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p->id, p->data);
	if (!ac.asked)
		fake_ipv6cp_request();
	ac.asked = false;
	if (!ac.no_ra)
		say_ra();
}

static void begin_auth(void)
{
	static const uint8_t identity = PPP_EAP_IDENTITY;

	if (ac.early_ipv6)
		say_ra();
	if (ac.auth == PPP_AUTH_CHAP_MD5)
		fake_packet(PPP_PROTOCOL_CHAP, PPP_CHAP_CHALLENGE, 0x21,
			    BYTES("\x10\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e"
				  "\x1frouter",
				  23));
	if (ac.auth == PPP_AUTH_EAP)
		fake_packet(PPP_PROTOCOL_EAP, PPP_EAP_REQUEST, 0x20, BYTES(&identity, 1));
}

static void lcp_maybe_open(void)
{
	if (!ac.lcp_agreed || !ac.lcp_acked)
		return;
	ac.lcp_agreed = ac.lcp_acked = false;
	begin_auth();
}

static void lcp(const struct ppp_packet *p)
{
	uint8_t wrong[6] = { PPP_LCP_MAGIC, 6 };

	if (p->code == PPP_CODE_CONFIGURE_REQUEST && ac.rejects_magic && p->data.n > 4) {
		fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REJECT, p->id,
			    BYTES(p->data.p + 4, 6));
	} else if (p->code == PPP_CODE_CONFIGURE_REQUEST) {
		fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, p->id,
			    ac.wrong_ack ? BYTES(wrong, 6) : p->data);
		ac.lcp_agreed = true;
		lcp_maybe_open();
	} else if (p->code == PPP_CODE_TERMINATE_REQUEST) {
		fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_ACK, p->id, BYTES(NULL, 0));
	} else if (p->code == PPP_CODE_ECHO_REQUEST) {
		fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY, p->id,
			    BYTES("\x0a\x0b\x0c\x0d", 4));
	} else if (p->code == PPP_CODE_CONFIGURE_ACK && p->id == 7) {
		ac.lcp_acked = true;
		lcp_maybe_open();
	} else {
		ac.answer_code = p->code;
		ac.answer_n = p->data.n < sizeof(ac.answer) ? p->data.n : sizeof(ac.answer);
		memcpy(ac.answer, p->data.p, ac.answer_n);
	}
}

/* Of the secret "secret" and the challenge above, with these identifiers. */
static bool is_right(uint8_t id, struct bytes digest)
{
	static const uint8_t of_21[] = { 0xd1, 0xd7, 0xec, 0x37, 0x1e, 0x05, 0x0c, 0xa1,
					 0xdc, 0x38, 0xf0, 0x52, 0x14, 0xf9, 0xe8, 0x21 };

	return id == 0x21 && bytes_equal(digest, BYTES(of_21, 16));
}

static void eap(const struct ppp_packet *p)
{
	struct ppp_chap_value v;
	struct ppp_eap e;

	assert_int_equal(ppp_eap_read(p, &e), 0);
	assert_int_equal(p->code, PPP_EAP_RESPONSE);
	if (e.type == PPP_EAP_IDENTITY) {
		assert_true(bytes_equal(e.data, BYTES("user0@r", 7)));
		fake_packet(PPP_PROTOCOL_EAP, PPP_EAP_REQUEST, 0x50,
			    BYTES("\x0d\x20", 2)); /* TLS */
	} else if (e.type == PPP_EAP_NAK) {
		assert_true(bytes_equal(e.data, BYTES("\4", 1)));
		fake_packet(
			PPP_PROTOCOL_EAP, PPP_EAP_REQUEST, 0x21,
			BYTES("\4\x10\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e"
			      "\x1f",
			      18));
	} else {
		assert_int_equal(e.type, PPP_EAP_MD5);
		assert_int_equal(ppp_chap_value_read(e.data, &v), 0);
		fake_packet(PPP_PROTOCOL_EAP,
			    is_right(p->id, v.value) ? PPP_EAP_SUCCESS : PPP_EAP_FAILURE, p->id,
			    BYTES(NULL, 0));
	}
}

static void auth(uint16_t protocol, const struct ppp_packet *p)
{
	struct ppp_pap_request pap;
	struct ppp_chap_value v;

	if (protocol == PPP_PROTOCOL_PAP) {
		assert_int_equal(ppp_pap_request_read(p->data, &pap), 0);
		fake_packet(protocol,
			    bytes_equal(pap.password, BYTES("secret", 6)) ? PPP_PAP_ACK
									  : PPP_PAP_NAK,
			    p->id, BYTES("\0", 1));
	} else if (protocol == PPP_PROTOCOL_CHAP) {
		assert_int_equal(ppp_chap_value_read(p->data, &v), 0);
		assert_true(v.name.n == 7 && memcmp(v.name.p, "user", 4) == 0);
		fake_packet(protocol,
			    is_right(p->id, v.value) ? PPP_CHAP_SUCCESS : PPP_CHAP_FAILURE, p->id,
			    BYTES(NULL, 0));
	} else {
		eap(p);
	}
}

static void session(struct bytes in)
{
	struct pppoe_session s;
	struct ppp_packet p;

	assert_int_equal(pppoe_session_decode(in, &s), 0);
	session_now = s.session;
	if (s.protocol == PPP_PROTOCOL_IPV6) {
		ac.solicitations++;
		if (ac.solicitations > 1)
			say_ra();
		return;
	}
	assert_int_equal(ppp_packet_read(s.payload, &p), 0);
	if (s.protocol == PPP_PROTOCOL_LCP)
		lcp(&p);
	else if (s.protocol == PPP_PROTOCOL_IPV6CP)
		ipv6cp(&p);
	else
		auth(s.protocol, &p);
}

static void discovery(struct bytes in)
{
	struct pppoe_discovery p, answer;

	assert_int_equal(pppoe_decode(in, &p), 0);
	answer = p;
	if (p.code == PPPOE_PADI) {
		answer.code = PPPOE_PADO;
		answer.ac_name = BYTES("ac", 2);
		answer.ac_cookie = BYTES("cookie", 6);
		fake_discovery(&answer);
	} else if (p.code == PPPOE_PADR) {
		assert_true(bytes_equal(p.ac_cookie, BYTES("cookie", 6)));
		answer.code = PPPOE_PADS;
		if (ac.refuses)
			answer.ac_system_error = BYTES("full", 4);
		else
			answer.session = (uint16_t)(0x100 + p.host_uniq.p[3]);
		fake_discovery(&answer);
		session_now = answer.session;
		if (!ac.refuses)
			fake_lcp_request();
	} else {
		ac.padts++;
	}
}

/* The access concentrator answers what hosts have sent, until nobody has more to say. */
void fake_answer_all(void)
{
	while (head < tail) {
		const struct frame f = queue[head++ % FRAMES];
		struct reader r = reader_new(BYTES(f.b, f.n));
		struct mac_addr to;
		uint16_t type;

		read_copy(&r, &to, 6);
		read_copy(&r, &host_now, 6);
		type = read_u16(&r);
		ac.heard++;
		if (ac.mute || ac.heard == ac.drop)
			continue;
		if (type == PPPOE_ETHERTYPE_DISCOVERY)
			discovery(read_bytes(&r, reader_left(&r)));
		else
			session(read_bytes(&r, reader_left(&r)));
	}
}

void fake_begin(struct dialler *hosts, enum ppp_method auth)
{
	ac = (struct fake){ .auth = auth };
	d = hosts;
	d->send = from_host;
	head = tail;
}

void fake_turn_to(struct mac_addr host, uint16_t session)
{
	host_now = host;
	session_now = session;
}
