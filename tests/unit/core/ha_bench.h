/* SPDX-License-Identifier: Apache-2.0 */
/* A home agent with nothing around it: the test is its agents, its hosts, its home link, its data
 * plane and its clock. */
#pragma once

#include "core/ha.h"
#include "core/sa.h"
#include "proto/ip6.h"
#include "proto/nd.h"
#include "test.h"

#include <string.h>

#define HOME_IF 3
#define NAI     "mn1@example.net"
#define NAI_2   "mn2@example.net"
#define MN_SPI  0x200
#define FA_SPI  0x300

#define ROUTER_1 "198.51.100.99" /* access routers that we share a key with: care-of addresses */
#define ROUTER_2 "198.51.100.98"

#define BENCH_RECORDS 64

struct bench_record {
	size_t key_length, value_length; /* value 0: deleted */
	uint8_t key[160], value[1024];
};

struct bench {
	struct bench_record records[BENCH_RECORDS]; /* what has been stored */
	size_t n_records;
	bool store_fails;
	bool forgets;            /* nothing is kept: for more hosts than BENCH_RECORDS */
	struct ha_config config; /* change it before bench_start */
	struct sa_config sas[4]; /* realm, NAI_2 of its own, nodes ROUTER_1 and ROUTER_2 */
	struct core_env env;
	struct ha *ha;
	struct sa_table *keys; /* the agents' */
	struct now now;
	struct actions out;
	uint64_t packets; /* the data plane's count for whatever tunnel it is asked about */
	uint32_t failing; /* what the data plane refuses: bit of an action type */
};

/* HA 192.0.2.1, prefix 2001:db8:1::/64 for a day, lifetime up to 600 s, tolerance 7 s, 4 bindings,
 * 8 addresses, 4 a host, 3 probes, RetransTimer 1 s; no RAs on the home link. */
void bench_init(struct bench *b);
void bench_start(struct bench *b);
void bench_new(struct bench *b); /* both */
void bench_done(struct bench *b);
/* ha_audit.c; bench_done and bench_restart do it. */
void ha_audit(const struct ha *h);
bool ha_store_fails(const struct ha *h); /* as far as it knows */
/* A new core that knows what was stored; actions are forgotten. */
void bench_restart(struct bench *b);
struct bench_record *bench_record(struct bench *b, struct bytes key);
/* Lets time pass; whatever becomes due happens at its time, the data plane's answers included. */
void bench_pass(struct bench *b, double seconds);
void bench_forget(struct bench *b); /* the actions so far */

struct in_addr in4(const char *s);
struct in6_addr in6(const char *s);
#define ROUTER    "fe80::5eff:fe00:1"
#define HOME_LL   "fe80::1:1"
#define LL        "fe80::a"                                   /* a host's link-local address */
#define GLOBAL    "2001:db8:1::a"                             /* and a global one */
#define OTHER_MAC ((struct mac_addr){ { 2, 0, 0, 0, 0, 9 } }) /* on the home link */

/* What the agent of a mobile node sends: change fields of rrq(), then ask(). */
struct rrq {
	struct mip4_message m;
	struct in_addr from, to;
	bool foreign_agent; /* adds an FHAE under FA_SPI: that of `from`, or else of ROUTER_1 */
	uint32_t spi;
	bool no_mhae, break_mhae, break_fhae;
	struct bytes extra; /* extensions that the codec does not write, before the MHAE */
};
struct rrq rrq(struct bench *b, const char *nai, const char *care_of);
/* As an access router sends it: signed by it, too; asks for any address. */
struct rrq router_rrq(struct bench *b, const char *nai, const char *router);
void ask(struct bench *b, const struct rrq *q);
/* Its octets, signed; how many. */
size_t rrq_write(struct bench *b, const struct rrq *q, uint8_t ret[static MIP4_MESSAGE_MAX]);
void ask_octets(struct bench *b, struct bytes octets, struct in_addr from);
uint64_t bench_id(const struct bench *b, double seconds); /* Identification at now + seconds */
/* A registration that is accepted; its actions are forgotten. */
struct rrq bench_attach(struct bench *b, const char *nai, const char *care_of);
/* The same through an access router: its home address. iid 0: any address. */
struct in6_addr bench_serve(struct bench *b, const char *nai, const char *router, uint64_t iid);
/* A request for any home address (iid 0), or one behind that identifier: its reply. */
struct mip4_message bench_wish(struct bench *b, const char *nai, const char *router, uint64_t iid);
/* The host leaves: a deregistration that names its home address. */
void bench_leave(struct bench *b, const char *nai, const char *router, const struct in6_addr *a);
/* and its address (LL) has passed DAD */
void bench_bind(struct bench *b, const char *nai, const char *care_of, const char *address);
/* The only datagram since the last bench_forget that has this type, decoded; to may be NULL. */
struct mip4_message sent(struct bench *b, enum mip4_type type, struct datagram *to);
/* The only reply, whose MHAE is right (and its FHAE, if it has one). */
struct mip4_message reply(struct bench *b);
void acknowledge(struct bench *b, const struct mip4_message *revocation, const char *from);

/* How many actions of that type, and the n-th of them. */
size_t count(const struct bench *b, enum action_type type);
const struct action *nth(const struct bench *b, enum action_type type, size_t n);
size_t position(const struct bench *b, const struct action *a);
/* Is there such an event? */
const struct event_data *event(const struct bench *b, enum event e);
uint64_t drops(const struct bench *b, enum drop d);
/* ND messages that went into tunnels, or out on the home link. */
size_t count_nd(const struct bench *b, enum action_type how, enum nd_type type);
struct nd nth_nd(const struct bench *b, enum action_type how, enum nd_type type, size_t n);
/* Nothing at all has been emitted. */
void assert_silent(const struct bench *b);

/* Packets; what is NULL is unspecified. */
struct nd ns(const char *src, const char *target); /* src NULL: DAD */
struct nd rs(const char *src);
struct nd na(const char *src, const char *target);
void tunnel_nd(struct bench *b, const char *care_of, const struct nd *m);
void tunnel_raw(struct bench *b, const char *care_of, enum packet_why why, struct bytes packet);
void home_nd(struct bench *b, const struct nd *m);
void home_raw(struct bench *b, struct bytes packet);
/* A UDP packet of that many octets; lives until the next. */
struct bytes data(const char *src, const char *dst, size_t length);

/* Pools, before bench_start: in the order in which they are added. */
struct ha_pool_config *bench_pool(struct bench *b, enum ha_pool_kind kind, const char *first,
				  uint64_t size);
/* The n-th pool in the order of `show`. */
struct ha_pool_info bench_show_pool(struct bench *b, size_t n);
uint64_t iid_of(const struct in6_addr *a);

/* The binding of a NAI as `show` has it; false if there is none. */
bool shown(struct bench *b, const char *nai, struct ha_binding_info *ret);
/* What `show` says of an address: 0 unknown, 1 tentative, 2 bound. */
int address_state(struct bench *b, const char *address);
