/* SPDX-License-Identifier: Apache-2.0 */
/* The trace: what happens, as a hash and as lines of text. */
#include "sim/world.h"

#include "proto/mip4.h"
#include "proto/nd.h"
#include "sim/dhcp6.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#define TEXTS    8
#define TEXT_MAX 400

/* The simulator is one thread; texts live until so many more have been made. */
static char *text_room(void)
{
	static char rooms[TEXTS][TEXT_MAX];
	static unsigned at;

	return rooms[at++ % TEXTS];
}

/* A multiplication and a rotation for each eight octets: fast, and any octet changes it all. */
static uint64_t mix(uint64_t h, uint64_t v)
{
	h ^= v;
	h *= 0x9e3779b97f4a7c15;
	return h ^ h >> 29;
}

void trace_mix(struct world *w, uint32_t kind, uint64_t a, struct bytes data)
{
	uint64_t h = mix(mix(w->hash, (uint64_t)w->now), (uint64_t)kind << 56 ^ a), v;
	size_t at = 0;

	for (; at + 8 <= data.n; at += 8) {
		memcpy(&v, data.p + at, 8);
		h = mix(h, v);
	}
	v = data.n;
	for (; at < data.n; at++)
		v = v << 8 | data.p[at];
	w->hash = mix(h, v);
}

void trace_line(struct world *w, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	w->line(w->line_ctx, text);
}

const char *text_in6(const struct in6_addr *a)
{
	return inet_ntop(AF_INET6, a, text_room(), TEXT_MAX);
}

const char *text_in4(struct in_addr a)
{
	return inet_ntop(AF_INET, &a, text_room(), TEXT_MAX);
}

static const char *request(const struct mip4_message *m, char *buf, size_t n)
{
	*buf = 0;
	if (m->hoa_request == MIP4_EMPTY)
		snprintf(buf, n, " hoa-request=empty");
	else if (m->hoa_request == MIP4_FULL)
		snprintf(buf, n, " hoa-request=%jx", (uintmax_t)m->hoa_request_iid);
	return buf;
}

static const char *home(const struct mip4_message *m, char *buf, size_t n)
{
	char address[INET6_ADDRSTRLEN];

	*buf = 0;
	inet_ntop(AF_INET6, &m->hoa_address, address, sizeof(address));
	if (m->hoa == MIP4_EMPTY)
		snprintf(buf, n, " hoa=empty");
	else if (m->hoa == MIP4_FULL)
		snprintf(buf, n, " hoa=%s U=%d", address, m->hoa_unique);
	return buf;
}

const char *text_message(struct bytes message)
{
	char *ret = text_room();
	const size_t n = TEXT_MAX;
	char care_of[INET_ADDRSTRLEN], b1[64], b2[64], fixed[128] = "";
	struct mip4_message m;

	if (mip4_decode(message, &mip4_numbers_default, &m)) {
		snprintf(ret, n, "malformed");
		return ret;
	}
	inet_ntop(AF_INET, &m.care_of, care_of, sizeof(care_of));
	switch (m.type) {
	case MIP4_RRQ:
		snprintf(fixed, sizeof(fixed), "RRQ flags=%02x lifetime=%u care-of=%s", m.flags,
			 m.lifetime, care_of);
		break;
	case MIP4_RRP:
		snprintf(fixed, sizeof(fixed), "RRP code=%u lifetime=%u", m.code, m.lifetime);
		break;
	case MIP4_REVOCATION:
		snprintf(fixed, sizeof(fixed), "Revocation inform=%d care-of=%s",
			 m.revocation_inform, care_of);
		break;
	case MIP4_REVOCATION_ACK:
		snprintf(fixed, sizeof(fixed), "Ack");
		break;
	}
	snprintf(ret, n, "%s nai=%.*s%s%s%s%s%s", fixed, (int)m.nai.n, (const char *)m.nai.p,
		 request(&m, b1, sizeof(b1)), home(&m, b2, sizeof(b2)),
		 m.revocation_support ? " 137" : "", m.mhae.present ? " MHAE" : "",
		 m.fhae.present ? " FHAE" : "");
	return ret;
}

static void text_nd(const struct nd *m, char *ret, size_t n)
{
	char target[INET6_ADDRSTRLEN], prefix[INET6_ADDRSTRLEN] = "";

	inet_ntop(AF_INET6, &m->target, target, sizeof(target));
	switch (m->type) {
	case ND_RS:
		snprintf(ret, n, "RS");
		return;
	case ND_NS:
		snprintf(ret, n, "NS%s %s", nd_is_dad(m) ? " dad" : "", target);
		return;
	case ND_NA:
		snprintf(ret, n, "NA %s R=%d S=%d O=%d", target, m->router, m->solicited,
			 m->override);
		return;
	case ND_RA:
		if (m->n_prefixes)
			inet_ntop(AF_INET6, &m->prefixes[0].prefix, prefix, sizeof(prefix));
		snprintf(ret, n,
			 "RA %s A=%d L=%d M=%d O=%d valid=%u router-lifetime=%u mtu=%u lla=%d",
			 prefix, m->n_prefixes && m->prefixes[0].autonomous,
			 m->n_prefixes && m->prefixes[0].on_link, m->managed, m->other,
			 m->n_prefixes ? m->prefixes[0].valid : 0, m->lifetime, m->mtu, m->has_lla);
		return;
	}
}

/* The first address that it has, and what is said of it. */
static void text_dhcp6(const struct dhcp6_message *m, char *ret, size_t n)
{
	const struct dhcp6_ia *ia = m->n_ias ? &m->ias[0] : NULL;
	size_t at = (size_t)snprintf(ret, n, "%s", dhcp6_type_name(m->type));
	char address[INET6_ADDRSTRLEN];

	if (ia && ia->n_leases) {
		inet_ntop(AF_INET6, &ia->leases[0].address, address, sizeof(address));
		at += (size_t)snprintf(ret + at, n - at, " %s valid=%u", address,
				       ia->leases[0].valid);
	}
	if (ia && ia->status.present)
		at += (size_t)snprintf(ret + at, n - at, " %s", dhcp6_status_name(ia->status.code));
	if (m->status.present)
		snprintf(ret + at, n - at, " %s", dhcp6_status_name(m->status.code));
}

const char *text_packet(struct bytes packet)
{
	char *ret = text_room();
	const size_t n = TEXT_MAX;
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN], what[256] = "data";
	struct dhcp6_message dhcp6;
	struct ip6 p;
	struct nd m;

	if (ip6_decode(packet, &p)) {
		snprintf(ret, n, "malformed");
		return ret;
	}
	inet_ntop(AF_INET6, &p.src, src, sizeof(src));
	inet_ntop(AF_INET6, &p.dst, dst, sizeof(dst));
	if (dhcp6_read(&p, &dhcp6))
		text_dhcp6(&dhcp6, what, sizeof(what));
	else if (!nd_decode(&p, &m))
		text_nd(&m, what, sizeof(what));
	else if (ip6_is_mld(&p))
		snprintf(what, sizeof(what), "MLD");
	else if (ip6_icmp_type(&p) >= 0)
		snprintf(what, sizeof(what), "ICMPv6 %d/%d", ip6_icmp_type(&p), p.payload.p[1]);
	snprintf(ret, n, "%s (%s > %s)", what, src, dst);
	return ret;
}
