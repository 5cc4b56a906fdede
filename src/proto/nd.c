/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/nd.h"

#include <assert.h>
#include <errno.h>

#define ND_HOP_LIMIT 255
#define OPTION_UNIT  8

enum option {
	OPTION_SLLA = 1,
	OPTION_TLLA = 2,
	OPTION_PREFIX = 3,
	OPTION_MTU = 5,
	OPTION_NONCE = 14,
	OPTION_RDNSS = 25,
};

enum flag {
	RA_MANAGED = 0x80,
	RA_OTHER = 0x40,
	NA_ROUTER = 0x80,
	NA_SOLICITED = 0x40,
	NA_OVERRIDE = 0x20,
	PREFIX_ON_LINK = 0x80,
	PREFIX_AUTONOMOUS = 0x40,
};

static bool is_solicited_node(const struct in6_addr *a)
{
	struct in6_addr zero = { 0 }, prefix = in6_solicited_node(&zero);

	return in6_in_prefix(a, &prefix, 104);
}

bool nd_is_dad(const struct nd *m)
{
	return m->type == ND_NS && in6_is_unspecified(&m->src);
}

/* --- reading --- */

static void read_prefix(struct reader *r, struct nd *m)
{
	struct nd_prefix p = { .length = read_u8(r) };
	uint8_t flags = read_u8(r);

	p.on_link = flags & PREFIX_ON_LINK;
	p.autonomous = flags & PREFIX_AUTONOMOUS;
	p.valid = read_u32(r);
	p.preferred = read_u32(r);
	read_u32(r);
	p.prefix = read_in6(r);
	if (p.length <= 128 && m->n_prefixes < ND_PREFIXES_MAX)
		m->prefixes[m->n_prefixes++] = p;
}

static void read_rdnss(struct reader *r, struct nd *m)
{
	read_u16(r);
	m->rdnss_lifetime = read_u32(r);
	while (reader_left(r) && m->n_rdnss < ND_RDNSS_MAX)
		m->rdnss[m->n_rdnss++] = read_in6(r);
}

static void read_lla(struct reader *r, struct nd *m)
{
	m->has_lla = true;
	read_copy(r, m->lla.b, sizeof(m->lla.b));
}

static void read_nonce(struct reader *r, struct nd *m)
{
	m->has_nonce = true;
	read_copy(r, m->nonce, sizeof(m->nonce));
}

/* One option with its data; one that has another length than its type's is passed over like an
 * unknown one. The first of a kind counts, except of prefixes, which add up. */
static void read_option(uint8_t type, struct bytes data, struct nd *m)
{
	struct reader r = reader_new(data);
	size_t units = (data.n + 2) / OPTION_UNIT;
	bool one = units == 1, ns = m->type == ND_NS, na = m->type == ND_NA, ra = m->type == ND_RA;

	if (one && !m->has_lla && type == (na ? OPTION_TLLA : OPTION_SLLA))
		read_lla(&r, m);
	else if (one && !m->has_nonce && type == OPTION_NONCE && (ns || na))
		read_nonce(&r, m);
	else if (one && m->mtu == 0 && type == OPTION_MTU && ra) {
		read_u16(&r);
		m->mtu = read_u32(&r);
	} else if (units == 4 && type == OPTION_PREFIX && ra)
		read_prefix(&r, m);
	else if (units >= 3 && units % 2 && m->n_rdnss == 0 && type == OPTION_RDNSS && ra)
		read_rdnss(&r, m);
	assert(!r.failed);
}

/* RFC 4861 6.1, 7.1: every option has a length that is not zero, known or not. */
static int read_options(struct reader *r, struct nd *m)
{
	while (reader_left(r)) {
		uint8_t type = read_u8(r), units = read_u8(r);
		struct bytes data;

		if (units == 0)
			return -EBADMSG;
		data = read_bytes(r, (size_t)units * OPTION_UNIT - 2);
		if (r->failed)
			return -EBADMSG;
		if (type == OPTION_SLLA && in6_is_unspecified(&m->src) && m->type != ND_RA &&
		    m->type != ND_NA)
			return -EBADMSG;
		read_option(type, data, m);
	}
	return 0;
}

static void read_ra(struct reader *r, struct nd *m)
{
	uint8_t flags;

	m->hop_limit = read_u8(r);
	flags = read_u8(r);
	m->managed = flags & RA_MANAGED;
	m->other = flags & RA_OTHER;
	m->lifetime = read_u16(r);
	m->reachable = read_u32(r);
	m->retransmit = read_u32(r);
}

static void read_na(struct reader *r, struct nd *m)
{
	uint8_t flags = read_u8(r);

	m->router = flags & NA_ROUTER;
	m->solicited = flags & NA_SOLICITED;
	m->override = flags & NA_OVERRIDE;
	read_bytes(r, 3);
	m->target = read_in6(r);
}

/* The fixed part after type, code and checksum, and what RFC 4861 demands of it and of the
 * addresses: 6.1.1, 6.1.2, 7.1.1, 7.1.2. */
static bool read_fixed(struct reader *r, struct nd *m)
{
	switch (m->type) {
	case ND_RS:
		read_u32(r);
		return true;
	case ND_RA:
		read_ra(r, m);
		return in6_is_link_local(&m->src);
	case ND_NS:
		read_u32(r);
		m->target = read_in6(r);
		return !in6_is_multicast(&m->target) &&
		       (!in6_is_unspecified(&m->src) || is_solicited_node(&m->dst));
	case ND_NA:
		read_na(r, m);
		return !in6_is_multicast(&m->target) &&
		       !(in6_is_multicast(&m->dst) && m->solicited);
	}
	return false;
}

int nd_decode(const struct ip6 *p, struct nd *ret)
{
	int type = ip6_icmp_type(p);
	struct nd m = { .src = p->src, .dst = p->dst };
	struct reader r = reader_new(p->payload);

	if (type < ND_RS || type > ND_NA)
		return -ENOMSG;
	m.type = (enum nd_type)type;
	if (p->next_header != IP6_ICMP) /* fragmented: RFC 6980 5 */
		return -EBADMSG;
	read_u8(&r);
	if (p->hop_limit != ND_HOP_LIMIT || read_u8(&r) != 0)
		return -EBADMSG;
	read_u16(&r);
	if (in6_checksum(&p->src, &p->dst, IP6_ICMP, p->payload) != 0)
		return -EBADMSG;
	if (!read_fixed(&r, &m) || r.failed || read_options(&r, &m) != 0)
		return -EBADMSG;
	*ret = m;
	return 0;
}

/* --- writing --- */

static void write_lla(struct writer *w, const struct nd *m)
{
	if (!m->has_lla)
		return;
	write_u8(w, m->type == ND_NA ? OPTION_TLLA : OPTION_SLLA);
	write_u8(w, 1);
	write_bytes(w, BYTES(m->lla.b, sizeof(m->lla.b)));
}

static void write_nonce(struct writer *w, const struct nd *m)
{
	if (!m->has_nonce)
		return;
	write_u8(w, OPTION_NONCE);
	write_u8(w, 1);
	write_bytes(w, BYTES(m->nonce, sizeof(m->nonce)));
}

static void write_prefix(struct writer *w, const struct nd_prefix *p)
{
	write_u8(w, OPTION_PREFIX);
	write_u8(w, 4);
	write_u8(w, p->length);
	write_u8(w, (uint8_t)((p->on_link ? PREFIX_ON_LINK : 0) |
			      (p->autonomous ? PREFIX_AUTONOMOUS : 0)));
	write_u32(w, p->valid);
	write_u32(w, p->preferred);
	write_u32(w, 0);
	write_in6(w, &p->prefix);
}

static void write_ra(struct writer *w, const struct nd *m)
{
	assert(m->n_prefixes <= ND_PREFIXES_MAX && m->n_rdnss <= ND_RDNSS_MAX);
	write_u8(w, m->hop_limit);
	write_u8(w, (uint8_t)((m->managed ? RA_MANAGED : 0) | (m->other ? RA_OTHER : 0)));
	write_u16(w, m->lifetime);
	write_u32(w, m->reachable);
	write_u32(w, m->retransmit);
	write_lla(w, m);
	if (m->mtu) {
		write_u8(w, OPTION_MTU);
		write_u8(w, 1);
		write_u16(w, 0);
		write_u32(w, m->mtu);
	}
	for (size_t i = 0; i < m->n_prefixes; i++)
		write_prefix(w, &m->prefixes[i]);
	if (m->n_rdnss) {
		write_u8(w, OPTION_RDNSS);
		write_u8(w, (uint8_t)(1 + 2 * m->n_rdnss));
		write_u16(w, 0);
		write_u32(w, m->rdnss_lifetime);
		for (size_t i = 0; i < m->n_rdnss; i++)
			write_in6(w, &m->rdnss[i]);
	}
}

static void write_neighbour(struct writer *w, const struct nd *m)
{
	uint8_t flags = 0;

	if (m->type == ND_NA)
		flags = (uint8_t)((m->router ? NA_ROUTER : 0) | (m->solicited ? NA_SOLICITED : 0) |
				  (m->override ? NA_OVERRIDE : 0));
	write_u8(w, flags);
	write_zero(w, 3);
	write_in6(w, &m->target);
	write_lla(w, m);
	write_nonce(w, m);
}

int nd_write(struct writer *w, const struct nd *m)
{
	size_t start = ip6_begin(w, &m->src, &m->dst, IP6_ICMP, ND_HOP_LIMIT);
	size_t icmp = writer_length(w);

	write_u8(w, (uint8_t)m->type);
	write_u8(w, 0);
	write_u16(w, 0);
	switch (m->type) {
	case ND_RS:
		write_u32(w, 0);
		write_lla(w, m);
		break;
	case ND_RA:
		write_ra(w, m);
		break;
	case ND_NS:
	case ND_NA:
		write_neighbour(w, m);
		break;
	}
	icmp6_end(w, start, icmp);
	return w->failed ? -ENOBUFS : 0;
}

void ether_write(struct writer *w, struct mac_addr dst, struct mac_addr src, uint16_t type)
{
	write_bytes(w, BYTES(dst.b, sizeof(dst.b)));
	write_bytes(w, BYTES(src.b, sizeof(src.b)));
	write_u16(w, type);
}
