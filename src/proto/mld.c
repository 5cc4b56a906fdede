/* SPDX-License-Identifier: Apache-2.0 */
/* Version 2 Multicast Listener Reports (RFC 3810 5.2). */
#include <errno.h>

#include "proto/nd.h"

#define MLD_REPORT        131
#define MLD2_REPORT       143
#define MODE_IS_EXCLUDE   2
#define CHANGE_TO_INCLUDE 3
#define CHANGE_TO_EXCLUDE 4

/* RFC 3810 5: hop limit 1 and a router alert (RFC 2711), else routers ignore it. */
#define MLD_HOP_LIMIT    1
#define OPTION_PADN      1
#define OPTION_ALERT     5
#define OPTION_ALERT_MLD 0

static const struct in6_addr mld2_routers = { .s6_addr = { 0xff, 0x02, [15] = 0x16 } };

static void write_hop_by_hop(struct writer *w)
{
	write_u8(w, IP6_ICMP);
	write_u8(w, 0);
	write_u8(w, OPTION_ALERT);
	write_u8(w, 2);
	write_u16(w, OPTION_ALERT_MLD);
	write_u8(w, OPTION_PADN);
	write_u8(w, 0);
}

int mld_write_report(struct writer *w, const struct in6_addr *src, const struct in6_addr *groups,
		     size_t n, bool leave)
{
	size_t start = ip6_begin(w, src, &mld2_routers, IP6_HOP_BY_HOP, MLD_HOP_LIMIT), icmp;

	write_hop_by_hop(w);
	icmp = writer_length(w);
	write_u8(w, MLD2_REPORT);
	write_u8(w, 0);
	write_u16(w, 0);
	write_u16(w, 0);
	write_u16(w, (uint16_t)n);
	for (size_t i = 0; i < n; i++) {
		write_u8(w, leave ? CHANGE_TO_INCLUDE : CHANGE_TO_EXCLUDE);
		write_u8(w, 0);
		write_u16(w, 0);
		write_in6(w, &groups[i]);
	}
	icmp6_end(w, start, icmp);
	return w->failed ? -ENOBUFS : 0;
}

struct groups {
	struct in6_addr *v;
	size_t n, max;
};

static void add_solicited(struct groups *g, const struct in6_addr *group)
{
	const struct in6_addr of = in6_solicited_node(group);

	if (in6_equal(&of, group) && g->n < g->max)
		g->v[g->n++] = *group;
}

/* RFC 3810 5.2. */
static void read_records(struct reader *r, struct groups *g)
{
	size_t n;

	read_u16(r); /* reserved */
	n = read_u16(r);
	while (n-- > 0 && !r->failed) {
		uint8_t type = read_u8(r), auxiliary = read_u8(r);
		size_t sources = read_u16(r);
		struct in6_addr group = read_in6(r);

		read_bytes(r, 16 * sources + 4u * auxiliary);
		if (!r->failed && (type == MODE_IS_EXCLUDE || type == CHANGE_TO_EXCLUDE))
			add_solicited(g, &group);
	}
}

size_t mld_read_solicited(const struct ip6 *p, struct in6_addr *ret, size_t max)
{
	struct reader r = reader_new(p->payload);
	struct groups g = { ret, 0, max };
	struct in6_addr group;
	uint8_t type;

	if (p->next_header != IP6_ICMP || in6_checksum(&p->src, &p->dst, IP6_ICMP, p->payload) != 0)
		return 0;
	type = read_u8(&r);
	read_bytes(&r, 3);
	if (type == MLD2_REPORT) {
		read_records(&r, &g);
	} else if (type == MLD_REPORT) { /* RFC 2710 3 */
		read_u32(&r);
		group = read_in6(&r);
		if (!r.failed)
			add_solicited(&g, &group);
	}
	return r.failed ? 0 : g.n;
}
