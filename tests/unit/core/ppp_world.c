/* SPDX-License-Identifier: Apache-2.0 */
#include "ppp_world.h"

struct bytes bytes_of(const char *text)
{
	return BYTES(text, strlen(text));
}

void world_ppp_init(struct world *w)
{
	struct ar_pppoe *c;

	world_init(w);
	w->unique = true;
	w->config.ports[0].addressing = w->config.ports[1].addressing = AR_PPP;
	c = &w->config.pppoe;
	*c = (struct ar_pppoe){ .auth = AUTH_CHAP_MD5,
				.name = "router",
				.sessions_per_mac = 2,
				.echo_interval = 10,
				.echo_failures = 3,
				.key = "0123456789abcde" };
}

void world_ppp(struct world *w)
{
	world_ppp_init(w);
	world_start(w);
}

struct dial dial_new(struct world *w, uint8_t n)
{
	return (struct dial){ .w = w, .n = n, .ifindex = WORLD_IF, .magic = 0x11220000u + n };
}

/* discovery */

struct bytes dial_tag(uint16_t type, struct bytes value)
{
	uint8_t buf[600];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u16(&w, type);
	write_u16(&w, (uint16_t)value.n);
	write_bytes(&w, value);
	assert_false(w.failed);
	return world_keep(writer_bytes(&w));
}

static void give(struct dial *d, enum packet_from from, struct bytes payload)
{
	const struct packet p = {
		.from = from, .ifindex = d->ifindex, .source = world_host(d->n), .payload = payload
	};

	assert_true(ar_role.wants(d->w->ar, &p));
	world_packet(d->w, &p);
}

void dial_say(struct dial *d, uint8_t code, uint16_t session, struct bytes tags)
{
	uint8_t buf[2000];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u8(&w, 0x11); /* version, type */
	write_u8(&w, code);
	write_u16(&w, session);
	write_u16(&w, (uint16_t)tags.n);
	write_bytes(&w, tags);
	write_zero(&w, writer_length(&w) < 46 ? 46 - writer_length(&w) : 0); /* Ethernet's */
	give(d, PACKET_DISCOVERY, writer_bytes(&w));
}

/* What the next action sends to the host. */
static struct bytes sent(struct dial *d, uint16_t ethertype)
{
	const struct action *a = world_next(d->w, ACTION_LINK_SEND);
	struct reader r = reader_new(a->link_send.frame);
	const struct mac_addr host = world_host(d->n);

	assert_int_equal(a->link_send.ifindex, d->ifindex);
	assert_true(bytes_equal(read_bytes(&r, 6), BYTES(host.b, 6)));
	assert_true(bytes_equal(read_bytes(&r, 6), BYTES(d->w->config.router_mac.b, 6)));
	assert_int_equal(read_u16(&r), ethertype);
	return world_keep(read_bytes(&r, reader_left(&r)));
}

const struct pppoe_discovery *dial_heard(struct dial *d, uint8_t code)
{
	static struct pppoe_discovery p;

	assert_int_equal(pppoe_decode(sent(d, PPPOE_ETHERTYPE_DISCOVERY), &p), 0);
	assert_int_equal(p.code, code);
	return &p;
}

void dial_request(struct dial *d)
{
	struct pppoe_discovery padr = { .code = PPPOE_PADR,
					.services = { BYTES("", 0) },
					.n_services = 1 };
	uint8_t buf[200];
	struct writer w = writer_new(buf, sizeof(buf));

	dial_say(d, PPPOE_PADI, 0, dial_tag(PPPOE_SERVICE_NAME, BYTES("", 0)));
	padr.ac_cookie = dial_heard(d, PPPOE_PADO)->ac_cookie;
	assert_int_equal(pppoe_encode(&padr, &w), 0);
	give(d, PACKET_DISCOVERY, writer_bytes(&w));
	d->session = dial_heard(d, PPPOE_PADS)->session;
	assert_true(d->session != 0 && d->session != UINT16_MAX);
}

void dial_discover(struct dial *d)
{
	dial_request(d);
	world_quiet(d->w);
	world_pass(d->w, 0.5);
}

/* sessions */

void dial_send(struct dial *d, uint16_t protocol, struct bytes packet)
{
	uint8_t buf[2000];
	struct writer w = writer_new(buf, sizeof(buf));

	pppoe_session_write(&w, d->session, protocol, packet.n);
	write_bytes(&w, packet);
	write_zero(&w, writer_length(&w) < 46 ? 46 - writer_length(&w) : 0);
	give(d, PACKET_SESSION, writer_bytes(&w));
}

void dial_control(struct dial *d, uint16_t protocol, uint8_t code, uint8_t id, struct bytes data)
{
	const struct ppp_packet p = { .code = code, .id = id, .data = data };
	uint8_t buf[2000];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(ppp_packet_write(&w, &p), 0);
	dial_send(d, protocol, writer_bytes(&w));
}

struct bytes dial_packet(struct dial *d, uint16_t protocol)
{
	struct pppoe_session s;

	assert_int_equal(pppoe_session_decode(sent(d, PPPOE_ETHERTYPE_SESSION), &s), 0);
	assert_int_equal(s.session, d->session);
	assert_int_equal(s.protocol, protocol);
	return s.payload;
}

struct ppp_packet dial_next(struct dial *d, uint16_t protocol, uint8_t code)
{
	struct ppp_packet p;

	assert_int_equal(ppp_packet_read(dial_packet(d, protocol), &p), 0);
	assert_int_equal(p.code, code);
	return p;
}

struct bytes option_u32(uint8_t type, uint32_t v)
{
	uint8_t buf[6];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_option_write_u32(&w, type, v);
	return world_keep(writer_bytes(&w));
}

struct bytes option_u64(uint8_t type, uint64_t v)
{
	uint8_t buf[10];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_option_write_u64(&w, type, v);
	return world_keep(writer_bytes(&w));
}

uint64_t identifier_in(const struct ppp_packet *p)
{
	struct reader r = reader_new(p->data);

	assert_int_equal(read_u8(&r), PPP_IPV6CP_IDENTIFIER);
	assert_int_equal(read_u8(&r), 10);
	return read_u64(&r);
}

void dial_lcp(struct dial *d)
{
	struct ppp_packet p = dial_next(d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);

	dial_control(d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	dial_control(d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, ++d->id,
		     option_u32(PPP_LCP_MAGIC, d->magic));
	p = dial_next(d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK);
	assert_int_equal(p.id, d->id);
}

const struct action *dial_chap(struct dial *d)
{
	struct ppp_packet p = dial_next(d, PPP_PROTOCOL_CHAP, 1);
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u8(&w, 16);
	write_bytes(&w, BYTES("0123456789abcdef", 16));
	write_bytes(&w, bytes_of(DIAL_NAME));
	dial_control(d, PPP_PROTOCOL_CHAP, 2, p.id, writer_bytes(&w));
	return world_next(d->w, ACTION_AUTHENTICATE);
}

void dial_verdict(struct dial *d, uint32_t id, enum auth_result r, const char *name)
{
	const struct auth_verdict v = { .result = r, .name = bytes_of(name) };

	world_verdict(d->w, id, &v);
}

void dial_in(struct dial *d)
{
	dial_discover(d);
	dial_lcp(d);
	dial_verdict(d, dial_chap(d)->id, AUTH_ACCEPTED, DIAL_NAI);
	dial_next(d, PPP_PROTOCOL_CHAP, 3);
	world_quiet(d->w);
}

uint8_t dial_ask(struct dial *d, uint64_t identifier)
{
	dial_control(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, ++d->id,
		     option_u64(PPP_IPV6CP_IDENTIFIER, identifier));
	return d->id;
}

struct rrq dial_up(struct dial *d)
{
	struct ppp_packet p;
	struct rrq q;

	dial_in(d);
	dial_ask(d, 0);
	q = world_request(d->w);
	p = dial_next(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	d->theirs = identifier_in(&p);
	dial_control(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	world_answer(d->w, &q, NULL);
	world_next(d->w, ACTION_TUNNEL_SET);
	world_next(d->w, ACTION_ADDRESS_SET);
	p = dial_next(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK);
	dial_ask(d, identifier_in(&p));
	dial_next(d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK);
	dial_packet(d, PPP_PROTOCOL_IPV6); /* the advertisement */
	world_quiet(d->w);
	return q;
}

bool dial_info(struct dial *d, struct ar_session_info *ret)
{
	uint32_t cursor = 0;

	while (ar_session_next(d->w->ar, &cursor, d->w->now, ret))
		if (ret->session == d->session && mac_equal(ret->host, world_host(d->n)) &&
		    ret->phase != AR_SESSION_ENDED)
			return true;
	return false;
}

void dial_ended(struct dial *d)
{
	struct ppp_packet p = dial_next(d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);

	dial_control(d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_ACK, p.id, BYTES(NULL, 0));
	assert_int_equal(dial_heard(d, PPPOE_PADT)->session, d->session);
}

enum ar_session_end last_end(struct world *w)
{
	struct ar_session_info i;
	enum ar_session_end last = AR_END_NONE;
	uint32_t cursor = 0, youngest = UINT32_MAX;

	while (ar_session_next(w->ar, &cursor, w->now, &i))
		if (i.phase == AR_SESSION_ENDED && i.seconds <= youngest) {
			youngest = i.seconds;
			last = i.end;
		}
	return last;
}
