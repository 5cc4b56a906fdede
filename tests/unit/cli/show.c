/* SPDX-License-Identifier: Apache-2.0 */
/* What people see of the daemon's answers. */
#include "cli/cli.h"
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char output[4096];

/* Prints an answer as `netmip4 show NAME` would, into `output`. */
static void show(const char *name, const char *json)
{
	json_t *answer = json_loads(json, 0, NULL);
	const struct show *s = shows;
	FILE *f = tmpfile();
	int saved = dup(STDOUT_FILENO);
	size_t n;

	assert_non_null(answer);
	assert_non_null(f);
	while (s->name && strcmp(s->name, name) != 0)
		s++;
	assert_non_null(s->name);
	fflush(stdout);
	dup2(fileno(f), STDOUT_FILENO);
	s->print(answer);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(f);
	n = fread(output, 1, sizeof(output) - 1, f);
	output[n] = 0;
	fclose(f);
	json_decref(answer);
}

#define COUNTS                                                                                     \
	"\"from-host\": {\"packets\": 5, \"bytes\": 50}, \"to-host\": {\"packets\": 6, "           \
	"\"bytes\": 60}"

static void a_binding_shows_its_home_address(void **state)
{
	show("bindings",
	     "{\"bindings\": ["
	     "{\"nai\": \"a@x\", \"care-of\": \"192.0.2.9\", \"lifetime\": 60, \"mode\": "
	     "\"address\", "
	     "\"home-address\": \"2001:db8::7\", \"unique\": true, \"addresses\": [], " COUNTS "},"
	     "{\"nai\": \"b@x\", \"care-of\": \"192.0.2.9\", \"lifetime\": 60, \"mode\": "
	     "\"address\", "
	     "\"home-address\": \"2001:db8::8\", \"unique\": false, \"addresses\": [], " COUNTS "},"
	     "{\"nai\": \"c@x\", \"care-of\": \"192.0.2.10\", \"lifetime\": 60, "
	     "\"mode\": \"tunnelling\", \"addresses\": ["
	     "{\"address\": \"fe80::1\", \"state\": \"bound\", \"valid\": null},"
	     "{\"address\": \"2001:db8::9\", \"state\": \"tentative\", \"valid\": 5}], " COUNTS
	     "}]}");
	assert_string_equal(output, "NAI  CARE-OF     LIFETIME  HOME ADDRESS    FROM HOST  TO HOST "
				    " ADDRESS      STATE      VALID\n"
				    "a@x  192.0.2.9   1m0s      2001:db8::7/64  5          6       "
				    " -            -          -\n"
				    "b@x  192.0.2.9   1m0s      2001:db8::8     5          6       "
				    " -            -          -\n"
				    "c@x  192.0.2.10  1m0s      -               5          6       "
				    " fe80::1      bound      infinite\n"
				    "                                                              "
				    " 2001:db8::9  tentative  5s\n");
}

static void pools_show_what_is_left(void **state)
{
	show("pools", "{\"pools\": ["
		      "{\"pool\": \"2001:db8:100::/40\", \"kind\": \"prefixes\", \"realm\": \"x\", "
		      "\"size\": 16777216, \"used\": 3, \"kept\": 2, \"free\": 16777211, "
		      "\"denied\": 0},"
		      "{\"pool\": \"2001:db8:2::/64\", \"kind\": \"shared\", \"realm\": \"\", "
		      "\"ending\": true, "
		      "\"size\": null, \"used\": 1, \"kept\": 0, \"free\": null, \"denied\": 4}]}");
	assert_string_equal(
		output,
		"POOL               KIND            REALM  SIZE      USED  KEPT  FREE      DENIED\n"
		"2001:db8:100::/40  prefixes        x      16777216  3     2     16777211  0\n"
		"2001:db8:2::/64    shared, ending  -      -         1     0     -         4\n");
	show("pools", "{\"pools\": []}");
	assert_string_equal(output, "no pools\n");
}

static void the_store_shows_whether_it_works(void **state)
{
	show("store", "{\"path\": \"/var/lib/netmip4\", \"sync\": \"interval\", "
		      "\"state\": \"ok\", \"error\": null}");
	assert_string_equal(output, "/var/lib/netmip4, sync interval: ok\n");
	show("store", "{\"path\": \"/var/lib/netmip4\", \"sync\": \"batch\", "
		      "\"state\": \"failing\", \"error\": \"the disk is full\"}");
	assert_string_equal(output, "/var/lib/netmip4, sync batch: failing: the disk is full\n");
}

static void attachments_of_both_kinds_of_router_are_in_one_table(void **state)
{
	show("attachments",
	     "{\"attachments\": ["
	     "{\"nai\": \"a@x\", \"state\": \"attached\", \"interface\": \"p\", \"mac\": \"02\", "
	     "\"care-of\": \"10.1.0.1\", \"home-agent\": \"192.0.2.1\", \"home-address\": null, "
	     "\"unique\": true, \"lifetime\": 60, \"code\": 0, \"held\": 0, " COUNTS "},"
	     "{\"nai\": \"b@x\", \"state\": \"blocked\", \"interface\": \"q\", \"mac\": \"04\", "
	     "\"care-of\": \"10.0.0.1\", \"home-agent\": \"192.0.2.1\", \"home-address\": "
	     "\"2001:db8::7\", \"unique\": true, \"lifetime\": 0, \"code\": 130, \"reason\": "
	     "\"full\", \"held\": 2, " COUNTS "}]}");
	assert_string_equal(
		output,
		"NAI  STATE     INTERFACE  MAC  CARE-OF   HOME AGENT  HOME ADDRESS    LIFETIME  "
		"FROM HOST  TO HOST  HELD  LAST DENIAL\n"
		"a@x  attached  p          02   10.1.0.1  192.0.2.1   -               1m0s      "
		"5          6        0     -\n"
		"b@x  blocked   q          04   10.0.0.1  192.0.2.1   2001:db8::7/64  0s        "
		"5          6        2     130 full\n");
}

static void leases_show_whose_they_are_and_how_long(void **state)
{
	show("leases", "{\"leases\": ["
		       "{\"nai\": \"a@x\", \"address\": \"2001:db8::7\", \"state\": \"leased\", "
		       "\"preferred\": 3600, \"valid\": null, \"interface\": \"p\", \"mac\": "
		       "\"02\", \"duid\": \"000300\", \"iaid\": 1}]}");
	assert_string_equal(
		output, "NAI  ADDRESS      STATE   PREFERRED  VALID     INTERFACE  MAC  DUID\n"
			"a@x  2001:db8::7  leased  1h0m       infinite  p          02   000300\n");
	show("leases", "{\"leases\": []}");
	assert_string_equal(output, "no leases\n");
}

static void dhcp6_shows_what_became_of_each_message(void **state)
{
	show("dhcp6", "{\"dhcp6\": ["
		      "{\"message\": \"solicit\", \"outcome\": \"advertised\", \"count\": 3},"
		      "{\"message\": \"request\", \"outcome\": \"leased\", \"count\": 2}]}");
	assert_string_equal(output, "MESSAGE  OUTCOME     COUNT\n"
				    "solicit  advertised  3\n"
				    "request  leased      2\n");
	show("dhcp6", "{\"dhcp6\": []}");
	assert_string_equal(output, "no DHCPv6 messages\n");
}

static void sessions_show_how_far_they_are_or_why_they_ended(void **state)
{
	show("sessions",
	     "{\"sessions\": ["
	     "{\"nai\": \"a@x\", \"session\": 7, \"interface\": \"p\", \"mac\": \"02\", \"phase\": "
	     "\"open\", \"method\": \"chap\", \"home-address\": \"2001:db8::7\", \"unique\": true, "
	     "\"identifier\": \"0:0:0:7\", \"seconds\": 61, \"end\": \"\", \"code\": 0},"
	     "{\"nai\": \"\", \"session\": 8, \"interface\": \"p\", \"mac\": \"04\", \"phase\": "
	     "\"establish\", \"method\": \"chap\", \"home-address\": null, \"unique\": false, "
	     "\"identifier\": null, \"seconds\": 2, \"end\": \"\", \"code\": 0},"
	     "{\"nai\": \"b@x\", \"session\": 9, \"interface\": \"p\", \"mac\": \"06\", \"phase\": "
	     "\"ended\", \"method\": \"chap\", \"home-address\": null, \"unique\": false, "
	     "\"identifier\": null, \"seconds\": 5, \"end\": \"refused-by-home-agent\", \"code\": "
	     "130, \"reason\": \"full\"}]}");
	assert_string_equal(output, "NAI  SESSION  INTERFACE  MAC  PHASE      FOR   METHOD  HOME "
				    "ADDRESS    IDENTIFIER  "
				    "ENDED\n"
				    "a@x  7        p          02   open       1m1s  chap    "
				    "2001:db8::7/64  0:0:0:7     "
				    "-\n"
				    "-    8        p          04   establish  2s    chap    -      "
				    "         -           "
				    "-\n"
				    "b@x  9        p          06   ended      5s    chap    -      "
				    "         -           "
				    "refused-by-home-agent: 130 full\n");
	show("sessions", "{\"sessions\": []}");
	assert_string_equal(output, "no sessions\n");
}

static void pppoe_shows_what_became_of_hosts_that_dialled_in(void **state)
{
	show("pppoe", "{\"pppoe\": ["
		      "{\"outcome\": \"offered\", \"reason\": \"\", \"count\": 3},"
		      "{\"outcome\": \"ended\", \"reason\": \"hung-up\", \"count\": 2}]}");
	assert_string_equal(output, "OUTCOME  REASON   COUNT\n"
				    "offered  -        3\n"
				    "ended    hung-up  2\n");
	show("pppoe", "{\"pppoe\": []}");
	assert_string_equal(output, "nobody has dialled in\n");
}

static const struct test tests[] = {
	TEST(sessions_show_how_far_they_are_or_why_they_ended, ""),
	TEST(pppoe_shows_what_became_of_hosts_that_dialled_in, ""),
	TEST(attachments_of_both_kinds_of_router_are_in_one_table, ""),
	TEST(leases_show_whose_they_are_and_how_long, ""),
	TEST(dhcp6_shows_what_became_of_each_message, ""),
	TEST(a_binding_shows_its_home_address, ""),
	TEST(pools_show_what_is_left, ""),
	TEST(the_store_shows_whether_it_works, ""),
};

int main(void)
{
	return TESTS_RUN("unit/cli-show", tests);
}
