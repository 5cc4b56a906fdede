/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include "sim/adversary.h"
#include "sim/mobile.h"

#include <errno.h>
#include <string.h>

#define PLAN_FROM    (10 * NSEC_PER_SEC) /* from the start of the world */
#define PLAN_MIN     60                  /* s that it lasts */
#define PLAN_MAX_S   400
#define RS_WAIT_MAX  64 /* s between two solicitations of a host without a router (mobile.c) */
#define ATTEMPT      31 /* s of a registration (RFC 5944 3.6.3), of a revocation half of that */
#define BACK_OFFS    16 /* times the back-off: its longest */
#define FORGET_AFTER 16 /* times the back-off: how long an access node remembers failures */
#define CALL_WAIT    (2 * NSEC_PER_SEC)
#define CALLS        3

int run_new(struct run *r, const struct run_options *o)
{
	struct rng rng;

	*r = (struct run){ .o = *o };
	setup_random(&r->w, o->seed);
	r->w.line = o->line;
	r->w.line_ctx = o->ctx;
	rng_seed(&rng, o->seed ^ 0x706c616e);
	r->ends = WORLD_START + PLAN_FROM +
		  (PLAN_MIN + (nsec_t)rng_below(&rng, PLAN_MAX_S - PLAN_MIN)) * NSEC_PER_SEC;
	plan_make(&r->plan, &rng, &r->w, WORLD_START + PLAN_FROM, r->ends);
	world_begin(&r->w);
	r->config = r->w.ha_config;
	if (o->keep && !plan_keep(&r->plan, o->keep)) {
		world_done(&r->w);
		return -EINVAL;
	}
	check_new(&r->w, 1, o->failed, o->ctx);
	adversary_new(&r->w);
	return 0;
}

/* As long as it may take until every host has service again: a registration that its agent believes
 * in runs out, an access node that was refused waits for its longest back-off and then for a
 * solicitation, the registration is tried to the end once, the addresses pass DAD. */
static nsec_t service_within(const struct world *w)
{
	const struct an_config *c = &w->an_configs[1];

	return (c->access.lifetime + BACK_OFFS * c->access.back_off + 2 * RS_WAIT_MAX +
		2 * ATTEMPT) *
	       NSEC_PER_SEC;
}

/* And until all is forgotten of hosts that are not there: links that went down are detached,
 * registrations run out, revocations are given up, back-offs pass and failures are forgotten. */
nsec_t run_forgotten_within(const struct world *w)
{
	const struct an_config *c = &w->an_configs[1];

	return (2 * c->access.lifetime + c->access.detach_delay + ATTEMPT +
		(BACK_OFFS + FORGET_AFTER) * c->access.back_off + ATTEMPT) *
	       NSEC_PER_SEC;
}

static void place_hosts(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];
		struct node *n;

		do
			n = &w->nodes[rng_below(&w->rng, w->n_nodes)];
		while (!mobile_fits(h, n));
		mobile_move(w, h, n, mobile_port(h, rng_below(&w->rng, mobile_ports(h, n))), true);
	}
}

/* Every host that is somewhere speaks with its correspondent, and is called by it. */
static void check_reachable(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];
		const uint32_t answered = h->answered, called = h->called;
		const struct in6_addr *a = mobile_source(h);

		if (!h->at)
			continue;
		if (!mobile_is_ready(w, h))
			check_fail(w, CHECK_REACHABLE, "%s at %s has no %s", mobile_name(w, h),
				   h->at->name, a ? "router" : "address");
		check_bound(w, h, a);
		mobile_data(w, h, a, &correspondent);
		world_until(w, w->now + CALL_WAIT); /* an address not used so far is learnt */
		beyond_data(w, a);
		world_until(w, w->now + CALL_WAIT);
		if (h->answered == answered)
			check_fail(w, CHECK_REACHABLE, "%s at %s, %s, gets no answer",
				   mobile_name(w, h), h->at->name, text_in6(a));
		if (h->called == called)
			check_fail(w, CHECK_REACHABLE, "%s at %s, %s, is not reached",
				   mobile_name(w, h), h->at->name, text_in6(a));
	}
}

static void all_leave(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++)
		mobile_move(w, &w->hosts[i], NULL, 0, i % 2);
}

/* While it had no service a host may have taken an address for its own that another has: nobody
 * could answer its DAD. Or its lease is of a pool that was gone meanwhile. Once there is service,
 * and it asks again, it hears of it. */
static void settle_conflicts(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];

		if (h->lease.habit == LEASE_KEEPS_SILENT)
			h->lease.habit = LEASE_CONFIRMS;
		if (h->at)
			mobile_link_up(w, h);
	}
	world_until(w, w->now + service_within(w));
}

/* Hosts that have moved, and ask nothing: what they send is enough, data or reports (A17). */
static void check_going_on(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];

		if (!h->at || !mobile_goes_on(h))
			continue;
		if (!h->talk_every) {
			mobile_mld(w, h);
			world_until(w, w->now + CALL_WAIT);
		}
		check_served(w, h);
	}
}

void run_all(struct run *r)
{
	struct world *w = &r->w;

	for (uint32_t i = 0; i < w->n_nodes; i++)
		world_start_node(w, i);
	place_hosts(w);
	faults_run(r);
	faults_mend(r);
	world_until(w, w->now + service_within(w));
	check_going_on(w);
	settle_conflicts(w);
	check_tables(w);
	for (int i = 0; i < CALLS; i++)
		check_reachable(w);
	all_leave(w);
	world_until(w, w->now + (w->an_configs[1].access.detach_delay + 2) * NSEC_PER_SEC);
	check_detached(w);
	world_until(w, w->now + run_forgotten_within(w));
	check_tables(w);
	check_nothing_left(w);
}

void run_done(struct run *r)
{
	world_done(&r->w);
}
