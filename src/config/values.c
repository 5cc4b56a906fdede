/* SPDX-License-Identifier: Apache-2.0 */
/* How single values are written: numbers, durations, names, addresses. */
#include "config/reader.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

/* Room for an address per host of a large access node; a /12. More is a slip of the pen. */
#define POOL_MAX (1u << 20)

static void store(void *into, size_t size, uint64_t v)
{
	switch (size) {
	case 1:
		*(uint8_t *)into = (uint8_t)v;
		break;
	case 2:
		*(uint16_t *)into = (uint16_t)v;
		break;
	case 4:
		*(uint32_t *)into = (uint32_t)v;
		break;
	default:
		abort(); /* a row of the schema is wrong */
	}
}

/* Decimal digits only: no sign, no blanks, no octal. */
static bool parse_number(const char **s, uint64_t *ret)
{
	uint64_t v = 0;
	const char *p = *s;

	for (; isdigit((unsigned char)*p); p++) {
		if (v > (UINT64_MAX - 9) / 10)
			return false;
		v = 10 * v + (uint64_t)(*p - '0');
	}
	if (p == *s)
		return false;
	*s = p;
	*ret = v;
	return true;
}

void read_number(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a number"), *end = s;
	uint64_t v;

	if (!s)
		return;
	if (!parse_number(&end, &v) || *end || v < k->min || v > k->max) {
		mistake(x, node_line(n), "\"%s\" does not fit; write a number from %llu to %llu", s,
			(unsigned long long)k->min, (unsigned long long)k->max);
		return;
	}
	store(into, k->size, v);
}

static nsec_t unit_of(const char **s)
{
	static const struct {
		const char *name;
		nsec_t length;
	} units[] = {
		{ "ms", NSEC_PER_MSEC },       { "s", NSEC_PER_SEC },
		{ "m", 60 * NSEC_PER_SEC },    { "h", 3600 * NSEC_PER_SEC },
		{ "d", 86400 * NSEC_PER_SEC }, { "w", 7 * 86400 * NSEC_PER_SEC },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(*s, units[i].name, strlen(units[i].name)) == 0) {
			*s += strlen(units[i].name);
			return units[i].length;
		}
	return 0;
}

/* "90", "30s", "1h30m"; plain numbers are seconds. */
static bool parse_duration(const char *s, nsec_t *ret)
{
	nsec_t sum = 0;
	uint64_t v;

	do {
		bool first = sum == 0;

		if (!parse_number(&s, &v))
			return false;
		nsec_t unit = !*s && first ? NSEC_PER_SEC : unit_of(&s);
		if (!unit || v > (uint64_t)((INT64_MAX - sum) / unit))
			return false;
		sum += (nsec_t)v * unit;
	} while (*s);
	*ret = sum;
	return true;
}

static const char *duration_text(char buf[24], uint64_t v, nsec_t unit)
{
	snprintf(buf, 24, "%llu%s", (unsigned long long)v, unit == NSEC_PER_SEC ? "s" : "ms");
	return buf;
}

void read_duration(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a duration such as 30s, 10m or 1h");
	char min[24], max[24];
	nsec_t v;

	if (!s)
		return;
	if (k->flags & KEY_INFINITE && strcmp(s, "infinite") == 0) {
		store(into, k->size, UINT32_MAX);
		return;
	}
	if (!parse_duration(s, &v)) {
		mistake(x, node_line(n),
			"\"%s\" is not a duration; write a number and one of ms, s, "
			"m, h, d, such as 30s%s",
			s, k->flags & KEY_INFINITE ? ", or infinite" : "");
		return;
	}
	if (v % k->unit || (uint64_t)(v / k->unit) < k->min || (uint64_t)(v / k->unit) > k->max) {
		mistake(x, node_line(n), "\"%s\" does not fit; write from %s to %s in whole %s", s,
			duration_text(min, k->min, k->unit), duration_text(max, k->max, k->unit),
			k->unit == NSEC_PER_SEC ? "seconds" : "milliseconds");
		return;
	}
	store(into, k->size, (uint64_t)(v / k->unit));
}

void read_bool(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	static const char *const words[][2] = { { "false", "true" },
						{ "no", "yes" },
						{ "off", "on" } };
	const char *s = scalar(x, n, "true or false");

	if (!s)
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int v = 0; v < 2; v++)
			if (strcasecmp(s, words[i][v]) == 0) {
				*(bool *)into = v;
				return;
			}
	mistake(x, node_line(n), "\"%s\" is neither; write true or false", s);
}

void read_word(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	char all[64] = "";
	const char *s;

	for (const char *const *w = k->words; *w; w++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s",
			 !used  ? ""
			 : w[1] ? ", "
				: " or ",
			 *w);
	}
	s = scalar(x, n, all);
	if (!s)
		return;
	for (uint64_t v = 0; k->words[v]; v++)
		if (strcmp(s, k->words[v]) == 0) {
			store(into, k->size, v);
			return;
		}
	mistake(x, node_line(n), "\"%s\" is none of the words for this; write %s", s, all);
}

void read_interface(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "the name of an interface");

	if (!s)
		return;
	if (strlen(s) >= IF_NAMESIZE || strpbrk(s, "/: \t") || strcmp(s, ".") == 0 ||
	    strcmp(s, "..") == 0) {
		mistake(x, node_line(n),
			"\"%s\" cannot be the name of an interface; write one that "
			"\"ip link\" shows, at most %d characters",
			s, IF_NAMESIZE - 1);
		return;
	}
	snprintf(into, IF_NAMESIZE, "%s", s);
}

/* A relative path is relative to the file in which it stands. */
void read_path(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a path"), *slash = strrchr(x->file, '/');
	int folder = !s || *s == '/' || !slash ? 0 : (int)(slash + 1 - x->file);

	if (!s)
		return;
	if ((size_t)folder + strlen(s) >= k->size) {
		mistake(x, node_line(n), "the path is too long; write at most %zu characters",
			k->size - 1);
		return;
	}
	snprintf(into, k->size, "%.*s%s", folder, x->file, s);
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || strchr("-._", c);
}

static bool is_realm(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n == 0 || n > max || !isalnum((unsigned char)s[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_name_char(s[i]))
			return false;
	return true;
}

/* RFC 2486 3 in so far as it matters: printable, no blanks, one "@" at most and a realm after it.
 */
void read_nai(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a network access identifier such as name@example.net");
	const char *at = s ? strchr(s, '@') : NULL;

	if (!s)
		return;
	for (const char *p = s; *p; p++)
		if (!isgraph((unsigned char)*p))
			goto wrong;
	if (strlen(s) > NAI_MAX || at == s || (at && !is_realm(at + 1, NAI_MAX)))
		goto wrong;
	snprintf(into, NAI_MAX + 1, "%s", s);
	return;
wrong:
	mistake(x, node_line(n),
		"\"%s\" is not a network access identifier; write name@realm, at "
		"most %d characters",
		s, NAI_MAX);
}

void read_realm(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a realm such as example.net");

	if (!s)
		return;
	if (!is_realm(s, k->size - 1)) {
		mistake(x, node_line(n),
			"\"%s\" is not a realm; write a domain name without \"@\", "
			"such as example.net, at most %zu characters",
			s, k->size - 1);
		return;
	}
	snprintf(into, k->size, "%s", s);
}

static bool is_unicast4(struct in_addr a)
{
	uint32_t h = ntohl(a.s_addr);

	return h >> 24 != 0 && h >> 24 != 127 && h >> 28 < 14;
}

void read_address4(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "an IPv4 address");
	struct in_addr a;

	if (!s)
		return;
	if (inet_pton(AF_INET, s, &a) != 1 || !is_unicast4(a)) {
		mistake(x, node_line(n),
			"\"%s\" is not an IPv4 address of one machine; write one such "
			"as 192.0.2.1",
			s);
		return;
	}
	*(struct in_addr *)into = a;
}

void read_address6(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "an IPv6 address");
	struct in6_addr a;

	if (!s)
		return;
	if (inet_pton(AF_INET6, s, &a) != 1 || in6_is_multicast(&a) || in6_is_unspecified(&a)) {
		mistake(x, node_line(n),
			"\"%s\" is not an IPv6 address of one machine; write one such "
			"as 2001:db8::53",
			s);
		return;
	}
	*(struct in6_addr *)into = a;
}

bool is_global6(const struct in6_addr *a)
{
	return a->s6_addr[0] != 0 && !in6_is_link_local(a) && !in6_is_multicast(a);
}

bool split_prefix(const char *s, char *address, size_t size, uint64_t *ret_length)
{
	const char *slash = strchr(s, '/'), *end = slash ? slash + 1 : NULL;

	if (!slash || (size_t)(slash - s) >= size || !parse_number(&end, ret_length) || *end)
		return false;
	snprintf(address, size, "%.*s", (int)(slash - s), s);
	return true;
}

/* req: HA-46 */
void read_prefix(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	static const uint8_t zero[8];
	const char *s = scalar(x, n, "an IPv6 prefix");
	char address[INET6_ADDRSTRLEN];
	struct in6_addr a;
	uint64_t length;

	if (!s)
		return;
	if (!split_prefix(s, address, sizeof(address), &length) || length != 64 ||
	    inet_pton(AF_INET6, address, &a) != 1) {
		mistake(x, node_line(n),
			"\"%s\" is not a prefix that hosts can configure addresses "
			"from; write a /64 such as 2001:db8:1::/64",
			s);
		return;
	}
	if (memcmp(a.s6_addr + 8, zero, 8) != 0 || !is_global6(&a)) {
		mistake(x, node_line(n),
			"\"%s\" is not a global /64 with nothing behind the first 64 "
			"bits; write one such as 2001:db8:1::/64",
			s);
		return;
	}
	*(struct in6_addr *)into = a;
}

void read_mac(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a link-layer address");
	struct mac_addr a;
	int length = 0;

	if (!s)
		return;
	if (strlen(s) != 17 ||
	    sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &a.b[0], &a.b[1], &a.b[2], &a.b[3],
		   &a.b[4], &a.b[5], &length) != 6 ||
	    length != 17 || a.b[0] & 1 || mac_is_zero(a)) {
		mistake(x, node_line(n),
			"\"%s\" is not the link-layer address of one machine; write "
			"one such as 02:00:5e:10:00:01",
			s);
		return;
	}
	*(struct mac_addr *)into = a;
}

static bool parse_pool(const char *s, uint32_t *first, uint64_t *count)
{
	char text[INET_ADDRSTRLEN];
	const char *dash = strchr(s, '-');
	struct in_addr a, b;
	uint64_t length;

	if (split_prefix(s, text, sizeof(text), &length)) {
		if (length > 32 || inet_pton(AF_INET, text, &a) != 1)
			return false;
		*first = ntohl(a.s_addr);
		*count = UINT64_C(1) << (32 - length);
		return (*first & (*count - 1)) == 0;
	}
	if (!dash || (size_t)(dash - s) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(dash - s), s);
	if (inet_pton(AF_INET, text, &a) != 1 || inet_pton(AF_INET, dash + 1, &b) != 1 ||
	    ntohl(a.s_addr) > ntohl(b.s_addr))
		return false;
	*first = ntohl(a.s_addr);
	*count = (uint64_t)ntohl(b.s_addr) - *first + 1;
	return true;
}

void read_pool(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a prefix or a range of IPv4 addresses");
	uint64_t count;
	uint32_t first;

	if (!s)
		return;
	if (!parse_pool(s, &first, &count) || !is_unicast4((struct in_addr){ htonl(first) }) ||
	    !is_unicast4((struct in_addr){ htonl((uint32_t)(first + count - 1)) })) {
		mistake(x, node_line(n),
			"\"%s\" is not a pool of addresses; write a prefix such as "
			"198.51.100.0/24 or a range such as "
			"198.51.100.10-198.51.100.99",
			s);
		return;
	}
	if (count > POOL_MAX) {
		mistake(x, node_line(n), "\"%s\" has more than %u addresses; write a smaller pool",
			s, POOL_MAX);
		return;
	}
	*(struct in_addr *)into = (struct in_addr){ htonl(first) };
	*(uint32_t *)(void *)((char *)into + sizeof(struct in_addr)) = (uint32_t)count;
}
