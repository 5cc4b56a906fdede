/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of what every answer of the control socket has: addresses, names, counters, pages. */
#include "daemon/show.h"
#include "io/clock.h"

#include <arpa/inet.h>

/* A list is answered in pages, so that a million bindings do not stop the loop. */
#define PAGE_MAX 1000

/* null for an address that there is none of */
json_t *show_text4(struct in_addr a)
{
	char s[INET_ADDRSTRLEN];

	if (!a.s_addr)
		return json_null();
	return json_string(inet_ntop(AF_INET, &a, s, sizeof(s)));
}

json_t *show_text6(const struct in6_addr *a)
{
	char s[INET6_ADDRSTRLEN];

	return json_string(inet_ntop(AF_INET6, a, s, sizeof(s)));
}

json_t *show_text_mac(struct mac_addr a)
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", a.b[0], a.b[1], a.b[2], a.b[3], a.b[4],
			    a.b[5]);
}

/* A NAI is what a peer sent: octets that are not UTF-8 become question marks. */
json_t *show_text_nai(struct bytes nai)
{
	json_t *s = json_stringn((const char *)nai.p, nai.n);
	char plain[NAI_MAX + 1];
	size_t n = 0;

	if (s)
		return s;
	for (; n < nai.n && n < NAI_MAX; n++)
		plain[n] = nai.p[n] > ' ' && nai.p[n] < 0x7f ? (char)nai.p[n] : '?';
	return json_stringn(plain, n);
}

json_t *show_seconds(uint32_t s)
{
	return s == UINT32_MAX ? json_null() : json_integer(s);
}

static json_t *traffic(uint64_t packets, uint64_t bytes)
{
	return json_pack("{s:I, s:I}", "packets", (json_int_t)packets, "bytes", (json_int_t)bytes);
}

void show_counters(json_t *to, const struct dataplane_counters *c)
{
	json_object_set_new(to, "from-host", traffic(c->in_packets, c->in_bytes));
	json_object_set_new(to, "to-host", traffic(c->out_packets, c->out_bytes));
}

json_t *show_tunnel(const char *role, struct bytes nai, struct in_addr local, struct in_addr remote)
{
	/* Tunnels with a GRE key are not built yet. */
	return json_pack("{s:s, s:o, s:o, s:i, s:o}", "role", role, "local", show_text4(local),
			 "remote", show_text4(remote), "key", 0, "nai", show_text_nai(nai));
}

unsigned show_elsewhere(const char *role, json_t **ret)
{
	*ret = control_error("this netmip4d is no %s: ask at one", role);
	return 409;
}

unsigned show_page(json_t **ret, const char *name, json_t *list, bool more, uint32_t cursor)
{
	*ret = json_pack("{s:o}", name, list);
	if (more)
		json_object_set_new(*ret, "next", json_integer(cursor));
	return 200;
}

unsigned show_list(struct daemon *d, const struct control_request *q, const char *name,
		   bool (*next)(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret),
		   json_t **ret)
{
	struct now now = clock_now();
	json_t *list = json_array(), *one;
	uint32_t cursor = q->cursor;
	bool more = true;

	while (more && json_array_size(list) < PAGE_MAX) {
		more = next(d, &cursor, now, &one);
		if (more)
			json_array_append_new(list, one);
	}
	return show_page(ret, name, list, more, cursor);
}
