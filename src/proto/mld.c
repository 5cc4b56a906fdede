/* SPDX-License-Identifier: Apache-2.0 */
/* Version 2 Multicast Listener Reports (RFC 3810 5.2). */
#include <errno.h>

#include "proto/nd.h"

#define MLD2_REPORT       143
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
