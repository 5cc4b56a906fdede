/* SPDX-License-Identifier: Apache-2.0 */
/* What the vectors and those who run them share. */
#include "passage.h"
#include "proto/ip6.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>

#define TOO_BIG        2
#define HOP_LIMIT_AT   7
#define SOURCE_AT      8
#define DESTINATION_AT 24

size_t passage_length(const struct passage_in *in)
{
	size_t length = IP6_HEADER;

	if (in->n >= IP6_HEADER)
		length += (size_t)(in->packet[4] << 8 | in->packet[5]);
	return length < in->n ? length : in->n;
}

static void write_too_big(const struct passage_in *in, bool router, uint32_t mtu, struct writer *w)
{
	static const char *const says[] = { [PASSAGE_ACCESS] = PASSAGE_ROUTER,
					    [PASSAGE_CORE] = PASSAGE_ROUTER,
					    [PASSAGE_HOME] = PASSAGE_OWN,
					    [PASSAGE_UPSTREAM] = PASSAGE_OWN,
					    [PASSAGE_NEIGHBOUR] = PASSAGE_ACCESS_6 };
	struct in6_addr from, to;

	assert_int_equal(inet_pton(AF_INET6, says[in->from], &from), 1);
	if (router) /* the host itself (D24) */
		memcpy(&from, in->packet + DESTINATION_AT, sizeof(from));
	memcpy(&to, in->packet + SOURCE_AT, sizeof(to));
	ip6_begin(w, &from, &to, IP6_ICMP, 64);
	write_u32(w, TOO_BIG << 24);
	write_u32(w, mtu);
	write_bytes(w, BYTES(in->packet, IP6_MTU_MIN - IP6_HEADER - 8));
	icmp6_end(w, 0, IP6_HEADER);
}

void passage_packet(const struct passage_in *in, const struct passage_out *out, struct writer *w)
{
	bool hop = out->end == PASSAGE_ROUTED || (out->end == PASSAGE_TO_HOST && out->router) ||
		   (out->end == PASSAGE_INTO && in->from != PASSAGE_ACCESS);

	if (out->mtu) {
		write_too_big(in, out->router, out->mtu, w);
		return;
	}
	write_bytes(w, BYTES(in->packet, out->n));
	if (hop)
		w->start[HOP_LIMIT_AT]--;
}

void passage_assert_punted(const struct passage_in *in, const struct packet *got, uint32_t ifindex)
{
	static const enum packet_from from[] = { [PASSAGE_ACCESS] = PACKET_ACCESS,
						 [PASSAGE_CORE] = PACKET_TUNNEL,
						 [PASSAGE_HOME] = PACKET_HOME,
						 [PASSAGE_NEIGHBOUR] = PACKET_ACCESS };

	assert_int_equal(got->from, from[in->from]);
	assert_true(mac_equal(got->source, in->source));
	if (in->from != PASSAGE_CORE)
		assert_int_equal(got->ifindex, ifindex);
	assert_true(in4_equal(got->local, in->local));
	assert_true(in4_equal(got->remote, in->remote));
	assert_int_equal(got->key, 0);
	assert_in_range(got->payload.n, 0, in->n);
	assert_memory_equal(got->payload.p, in->packet, got->payload.n);
}

static void text_out(const struct passage_out *o, char *ret, size_t n)
{
	static const char *const ends[] = { "nowhere", "passed", "to-kernel", "into",
					    "to-host", "routed", "back" };
	static const char *const whys[] = { "control", "unknown", "refused", "expired" };
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &o->local, local, sizeof(local));
	inet_ntop(AF_INET, &o->remote, remote, sizeof(remote));
	snprintf(ret, n, "%s %s %s %02x %s%s dropped=%s mtu=%u, %zu octets", ends[o->end], local,
		 remote, o->host.b[5], o->punted ? whys[o->why] : "-", o->limited ? " limited" : "",
		 o->dropped ? drop_names[o->drop] : "-", o->mtu, o->n);
}

void passage_assert_same(const char *what, int number, const struct passage_out *got,
			 const struct passage_out *want)
{
	char a[200], b[200];

	text_out(got, a, sizeof(a));
	text_out(want, b, sizeof(b));
	if (strcmp(a, b) != 0)
		fail_msg("%s %d: %s, not %s", what, number, a, b);
}
