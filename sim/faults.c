/* SPDX-License-Identifier: Apache-2.0 */
/* The plan is carried out: each fault begins at its time, and ends when it has lasted. */
#include "sim/faults.h"

#include "sim/mobile.h"

/* The one whose end comes next; NULL if none is going on. */
static struct fault *ending(struct run *r, bool *active)
{
	struct fault *first = NULL;

	for (size_t i = 0; i < r->plan.n; i++) {
		struct fault *f = &r->plan.v[i];

		if (active[i] && (!first || f->at + f->lasts < first->at + first->lasts))
			first = f;
	}
	return first;
}

void faults_run(struct run *r)
{
	struct world *w = &r->w;
	bool active[PLAN_MAX] = { false };
	size_t next = 0;

	for (;;) {
		struct fault *e = ending(r, active),
			     *b = next < r->plan.n ? &r->plan.v[next] : NULL;

		if (!b && (!e || e->at + e->lasts > r->ends))
			break;
		if (e && (!b || e->at + e->lasts < b->at)) {
			world_until(w, e->at + e->lasts);
			active[e - r->plan.v] = false;
			TRACE(w, TRACE_FAULT, (uint64_t)(e - r->plan.v), BYTES(NULL, 0),
			      "--- over: %s", fault_text(w, e));
			fault_end(r, e);
			continue;
		}
		next++;
		if (b->skipped)
			continue;
		world_until(w, b->at);
		TRACE(w, TRACE_FAULT, (uint64_t)(b - r->plan.v), BYTES(NULL, 0), "--- %zd: %s",
		      b - r->plan.v, fault_text(w, b));
		active[b - r->plan.v] = b->lasts > 0;
		r->faults++;
		fault_begin(r, b);
	}
	world_until(w, r->ends);
}

/* It has been told to end, and would not take anybody again. */
static bool is_stopping(const struct run *r, uint32_t node)
{
	for (size_t i = 0; i < r->plan.n; i++)
		if (r->plan.v[i].kind == FAULT_STOP && !r->plan.v[i].skipped &&
		    r->plan.v[i].node == node)
			return true;
	return false;
}

void faults_mend(struct run *r)
{
	struct world *w = &r->w;

	w->net = (struct net){ .delay = w->net.delay };
	w->n_home_owner = 0;
	faults_reload(r, 0);
	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];
		const struct access_config *c = node_access_config(n);

		n->blocked = n->plane_fails = n->disk.full = false;
		if (is_stopping(r, i))
			faults_begin_anew(n);
		faults_restart(n);
		for (uint32_t p = 0; c && p < c->n_ports; p++)
			faults_port_up(n, p);
	}
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];

		h->silent = false;
		if (h->taken) { /* the home agent is not told when a host gives an address up */
			mobile_untake(w, h);
			faults_revoke(w, i);
		}
		if (h->at && !mobile_goes_on(h)) /* who has lost an address to another finds out */
			mobile_link_up(w, h);
	}
	TRACE(w, TRACE_FAULT, 0, BYTES(NULL, 0), "--- all is mended");
}
