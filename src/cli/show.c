/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <stdio.h>

#define HEADINGS(...)                                                                              \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "-";
}

static long long number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* "1d2h", "10m", "59s": the two largest units. */
static void duration_cell(struct table *t, const json_t *seconds)
{
	long long s = json_integer_value(seconds);

	if (!json_is_integer(seconds))
		table_cell(t, "infinite");
	else if (s >= 86400)
		table_cell(t, "%lldd%lldh", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		table_cell(t, "%lldh%lldm", s / 3600, s % 3600 / 60);
	else if (s >= 60)
		table_cell(t, "%lldm%llds", s / 60, s % 60);
	else
		table_cell(t, "%llds", s);
}

/* null is what cannot be counted: a /64 has no end of addresses. */
static void count_cell(struct table *t, const json_t *n)
{
	if (json_is_integer(n))
		table_cell(t, "%lld", json_integer_value(n));
	else
		table_cell(t, "-");
}

static void packets_cells(struct table *t, const json_t *o)
{
	table_cell(t, "%lld", number(json_object_get(o, "from-host"), "packets"));
	table_cell(t, "%lld", number(json_object_get(o, "to-host"), "packets"));
}

static void address_cells(struct table *t, const json_t *a)
{
	table_cell(t, "%s", text(a, "address"));
	table_cell(t, "%s", text(a, "state"));
	if (a)
		duration_cell(t, json_object_get(a, "valid"));
	else
		table_cell(t, "-");
}

/* With its whole /64, if that is the host's; none in tunnelling mode. */
static void home_address_cell(struct table *t, const json_t *b)
{
	const bool unique = json_is_true(json_object_get(b, "unique")) &&
			    json_is_string(json_object_get(b, "home-address"));

	table_cell(t, "%s%s", text(b, "home-address"), unique ? "/64" : "");
}

/* One line an address; what belongs to the binding stands on its first. */
static void binding_rows(struct table *t, const json_t *b)
{
	const json_t *addresses = json_object_get(b, "addresses");

	table_cell(t, "%s", text(b, "nai"));
	table_cell(t, "%s", text(b, "care-of"));
	duration_cell(t, json_object_get(b, "lifetime"));
	home_address_cell(t, b);
	packets_cells(t, b);
	address_cells(t, json_array_get(addresses, 0));
	for (size_t i = 1; i < json_array_size(addresses); i++) {
		for (int blank = 0; blank < 6; blank++)
			table_cell(t, "%s", "");
		address_cells(t, json_array_get(addresses, i));
	}
}

static void print_bindings(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("NAI", "CARE-OF", "LIFETIME", "HOME ADDRESS",
					     "FROM HOST", "TO HOST", "ADDRESS", "STATE", "VALID"));
	const json_t *list = json_object_get(answer, "bindings");

	for (size_t i = 0; i < json_array_size(list); i++)
		binding_rows(t, json_array_get(list, i));
	table_print(t, "no bindings");
}

static void print_attachments(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("NAI", "STATE", "INTERFACE", "MAC", "CARE-OF",
					     "HOME AGENT", "HOME ADDRESS", "LIFETIME", "FROM HOST",
					     "TO HOST", "HELD", "LAST DENIAL"));
	const json_t *list = json_object_get(answer, "attachments");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);

		table_cell(t, "%s", text(a, "nai"));
		table_cell(t, "%s", text(a, "state"));
		table_cell(t, "%s", text(a, "interface"));
		table_cell(t, "%s", text(a, "mac"));
		table_cell(t, "%s", text(a, "care-of"));
		table_cell(t, "%s", text(a, "home-agent"));
		home_address_cell(t, a);
		duration_cell(t, json_object_get(a, "lifetime"));
		packets_cells(t, a);
		table_cell(t, "%lld", number(a, "held"));
		if (number(a, "code"))
			table_cell(t, "%lld %s", number(a, "code"), text(a, "reason"));
		else
			table_cell(t, "-");
	}
	table_print(t, "no attachments");
}

static void print_leases(const json_t *answer)
{
	static const char *const lifetimes[] = { "preferred", "valid" };
	struct table *t = table_new(HEADINGS("NAI", "ADDRESS", "STATE", "PREFERRED", "VALID",
					     "INTERFACE", "MAC", "DUID"));
	const json_t *list = json_object_get(answer, "leases");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *l = json_array_get(list, i);

		table_cell(t, "%s", text(l, "nai"));
		table_cell(t, "%s", text(l, "address"));
		table_cell(t, "%s", text(l, "state"));
		for (size_t k = 0; k < sizeof(lifetimes) / sizeof(lifetimes[0]); k++)
			duration_cell(t, json_object_get(l, lifetimes[k]));
		table_cell(t, "%s", text(l, "interface"));
		table_cell(t, "%s", text(l, "mac"));
		table_cell(t, "%s", text(l, "duid"));
	}
	table_print(t, "no leases");
}

static void print_dhcp6(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("MESSAGE", "OUTCOME", "COUNT"));
	const json_t *list = json_object_get(answer, "dhcp6");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);

		table_cell(t, "%s", text(o, "message"));
		table_cell(t, "%s", text(o, "outcome"));
		table_cell(t, "%lld", number(o, "count"));
	}
	table_print(t, "no DHCPv6 messages");
}

/* Why it has ended, and what the home agent has said if it was that. */
static void end_cell(struct table *t, const json_t *s)
{
	const char *end = text(s, "end");

	if (number(s, "code"))
		table_cell(t, "%s: %lld %s", end, number(s, "code"), text(s, "reason"));
	else
		table_cell(t, "%s", *end ? end : "-");
}

static void print_sessions(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("NAI", "SESSION", "INTERFACE", "MAC", "PHASE", "FOR",
					     "METHOD", "HOME ADDRESS", "IDENTIFIER", "ENDED"));
	const json_t *list = json_object_get(answer, "sessions");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);
		const char *nai = text(s, "nai");

		table_cell(t, "%s", *nai ? nai : "-");
		table_cell(t, "%lld", number(s, "session"));
		table_cell(t, "%s", text(s, "interface"));
		table_cell(t, "%s", text(s, "mac"));
		table_cell(t, "%s", text(s, "phase"));
		duration_cell(t, json_object_get(s, "seconds"));
		table_cell(t, "%s", text(s, "method"));
		home_address_cell(t, s);
		table_cell(t, "%s", text(s, "identifier"));
		end_cell(t, s);
	}
	table_print(t, "no sessions");
}

static void print_pppoe(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("OUTCOME", "REASON", "COUNT"));
	const json_t *list = json_object_get(answer, "pppoe");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const char *reason = text(o, "reason");

		table_cell(t, "%s", text(o, "outcome"));
		table_cell(t, "%s", *reason ? reason : "-");
		table_cell(t, "%lld", number(o, "count"));
	}
	table_print(t, "nobody has dialled in");
}

static void print_tunnels(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("ROLE", "LOCAL", "REMOTE", "NAI", "FROM HOST", "BYTES",
					     "TO HOST", "BYTES"));
	const json_t *list = json_object_get(answer, "tunnels");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const json_t *from = json_object_get(o, "from-host"), *to;

		to = json_object_get(o, "to-host");
		table_cell(t, "%s", text(o, "role"));
		table_cell(t, "%s", text(o, "local"));
		table_cell(t, "%s", text(o, "remote"));
		table_cell(t, "%s", text(o, "nai"));
		table_cell(t, "%lld", number(from, "packets"));
		table_cell(t, "%lld", number(from, "bytes"));
		table_cell(t, "%lld", number(to, "packets"));
		table_cell(t, "%lld", number(to, "bytes"));
	}
	table_print(t, "no tunnels");
}

static void print_drops(const json_t *answer)
{
	struct table *t = table_new(HEADINGS("COUNT", "REASON", "MEANING"));
	const json_t *list = json_object_get(answer, "drops");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);

		if (!number(o, "count"))
			continue;
		table_cell(t, "%lld", number(o, "count"));
		table_cell(t, "%s", text(o, "reason"));
		table_cell(t, "%s", text(o, "text"));
	}
	table_print(t, "nothing has been dropped");
}

static void print_pools(const json_t *answer)
{
	static const char *const counts[] = { "size", "used", "kept", "free", "denied" };
	struct table *t = table_new(
		HEADINGS("POOL", "KIND", "REALM", "SIZE", "USED", "KEPT", "FREE", "DENIED"));
	const json_t *list = json_object_get(answer, "pools");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const char *realm = json_string_value(json_object_get(o, "realm"));

		table_cell(t, "%s", text(o, "pool"));
		table_cell(t, "%s%s", text(o, "kind"),
			   json_is_true(json_object_get(o, "ending")) ? ", ending" : "");
		table_cell(t, "%s", realm && *realm ? realm : "-");
		for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
			count_cell(t, json_object_get(o, counts[k]));
	}
	table_print(t, "no pools");
}

static void print_store(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));

	printf("%s, sync %s: %s%s%s\n", text(answer, "path"), text(answer, "sync"),
	       text(answer, "state"), error ? ": " : "", error ? error : "");
}

static void print_version(const json_t *answer)
{
	const json_t *roles = json_object_get(answer, "roles");

	printf("netmip4d %s, %s\nroles:", text(answer, "version"), text(answer, "configuration"));
	for (size_t i = 0; i < json_array_size(roles); i++)
		printf(" %s", json_string_value(json_array_get(roles, i)));
	printf("\nrunning for %lld s\n", number(answer, "uptime"));
}

const struct show shows[] = {
	{ "bindings", true, print_bindings }, { "attachments", true, print_attachments },
	{ "leases", true, print_leases },     { "sessions", true, print_sessions },
	{ "tunnels", true, print_tunnels },   { "drops", true, print_drops },
	{ "dhcp6", false, print_dhcp6 },      { "pppoe", false, print_pppoe },
	{ "pools", true, print_pools },       { "store", false, print_store },
	{ "version", false, print_version },  { 0 },
};
