/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/plan.h"

#include "sim/mobile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MSEC(n) ((nsec_t)(n)*NSEC_PER_MSEC)
#define SEC(n)  ((nsec_t)(n)*NSEC_PER_SEC)

/* How often, compared with the others; for how long; and what its numbers are. */
static const struct kind {
	const char *name;
	uint8_t weight;
	bool of_node;
	uint16_t lasts_max; /* s; 0 = it does not last */
	const char *a, *b;  /* NULL: means nothing */
} kinds[FAULT_MAX] = {
	[FAULT_LOSS] = { "network loses", 3, false, 40, "ppm", NULL },
	[FAULT_DUPLICATE] = { "network duplicates", 2, false, 40, "ppm", NULL },
	[FAULT_REORDER] = { "network reorders", 2, false, 40, "ppm", NULL },
	[FAULT_JITTER] = { "network delays", 2, false, 40, "ms", NULL },
	[FAULT_PARTITION] = { "cut off:", 3, true, 60, NULL, NULL },
	[FAULT_CRASH] = { "killed:", 6, true, 40, "actions later", NULL },
	[FAULT_DISK] = { "disk full:", 3, true, 30, NULL, NULL },
	[FAULT_PLANE] = { "data plane refuses:", 2, true, 10, NULL, NULL },
	[FAULT_CARRIER] = { "link down:", 3, true, 20, "port", NULL },
	[FAULT_STOP] = { "told to end:", 2, true, 40, NULL, NULL },
	[FAULT_RELOAD] = { "home agent reloads", 1, false, 60, "difference", NULL },
	[FAULT_CLOCK] = { "clock set off:", 2, true, 0, NULL, "ms" },
	[FAULT_REVOKE] = { "operator revokes", 2, false, 0, "host", NULL },
	[FAULT_MTU] = { "core narrow before", 1, true, 0, "octets", NULL },
	[FAULT_MOVE] = { "host moves to", 12, true, 0, "host", "port" },
	[FAULT_ROAM] = { "host is moved, unseen by it, to", 8, true, 0, "host", "port" },
	[FAULT_LEAVE] = { "host leaves", 3, false, 0, "host", NULL },
	[FAULT_SILENT] = { "host is silent", 2, false, 100, "host", NULL },
	[FAULT_TWIN] = { "host takes another's address", 2, false, 0, "host", "of host" },
	[FAULT_CLAIM] = { "neighbour claims the address", 1, false, 30, "of host", NULL },
	[FAULT_ROUTER_ASK] = { "router asks:", 4, true, 0, "name", "identifier" },
	[FAULT_ROUTER_RENEW] = { "router renews:", 3, true, 0, "name", NULL },
	[FAULT_ROUTER_END] = { "router ends:", 2, true, 0, "name", NULL },
	[FAULT_REPLAY] = { "message replayed", 6, false, 0, "which", NULL },
	[FAULT_FORGE] = { "message forged", 4, false, 0, "bit", NULL },
	[FAULT_SPOOF] = { "host sends as another", 3, false, 0, "host", "as host" },
	[FAULT_INJECT] = { "stranger sends into a tunnel", 2, false, 0, "of host", "as host" },
	[FAULT_RELEASE] = { "host releases its address, or hangs up", 4, false, 0, "host", NULL },
	[FAULT_DECLINE] = { "host declines its address", 2, false, 0, "host", NULL },
	[FAULT_LIE] = { "host gives up the address or session", 3, false, 0, "host", "of host" },
};

static bool is_router(enum fault_kind k)
{
	return k == FAULT_ROUTER_ASK || k == FAULT_ROUTER_RENEW || k == FAULT_ROUTER_END;
}

/* After these it is no longer known whose an address is, or whom a late packet was for
 * (check_delivered). */
static bool mixes(enum fault_kind k)
{
	return k == FAULT_CRASH || k == FAULT_TWIN || k == FAULT_SPOOF || k == FAULT_INJECT ||
	       k == FAULT_DISK || k == FAULT_CLOCK || k == FAULT_DUPLICATE || k == FAULT_REORDER ||
	       k == FAULT_JITTER;
}

/* Half of the kinds, by chance: what one hides, another run without it shows. */
struct mixture {
	uint8_t weight[FAULT_MAX];
	uint32_t sum;
};

static struct mixture mix(struct rng *r, bool routers, bool routed)
{
	const int n = routed ? FAULT_MAX : FAULT_ROUTED;
	struct mixture m = { .weight = { 0 } };
	const bool judged = rng_below(r, 4) == 0;

	for (int i = 0; i < n; i++) {
		const bool wanted = (rng_below(r, 2) && !(judged && mixes((enum fault_kind)i))) ||
				    i == FAULT_MOVE;

		m.weight[i] =
			wanted && (routers || !is_router((enum fault_kind)i)) ? kinds[i].weight : 0;
		m.sum += m.weight[i];
	}
	return m;
}

static enum fault_kind pick_kind(struct rng *r, const struct mixture *m)
{
	uint64_t at = rng_below(r, m->sum);
	int i = 0;

	while (at >= m->weight[i])
		at -= m->weight[i++];
	return (enum fault_kind)i;
}

/* A node of the kind that the fault is about; 0 is the home agent. */
static uint32_t pick_node(struct rng *r, const struct world *w, enum fault_kind k)
{
	const bool access =
		k == FAULT_MOVE || k == FAULT_ROAM || k == FAULT_CARRIER || k == FAULT_STOP;

	for (;;) {
		const uint32_t i = (uint32_t)rng_below(r, w->n_nodes);
		const enum node_kind kind = w->nodes[i].kind;

		if (is_router(k) ? kind == NODE_ROUTER
		    : access     ? kind == NODE_ACCESS || kind == NODE_ACCESS_ROUTER
				 : kind != NODE_ROUTER)
			return i;
	}
}

static int64_t clock_offset(struct rng *r)
{
	static const int64_t most[] = { 2000, 20000, 3600000, 86400000 }; /* ms */
	const int64_t m = most[rng_below(r, 4)];

	return (int64_t)rng_below(r, 2 * (uint64_t)m) - m;
}

/* Where its hosts may be. */
static void pick_place(struct fault *f, uint64_t x, const struct world *w)
{
	const struct mobile *h = &w->hosts[f->a];

	for (x >>= 16; !mobile_fits(h, &w->nodes[f->node]); x++)
		f->node = (uint32_t)(x % w->n_nodes);
	f->b = mobile_port(h, (x >> 16) % mobile_ports(h, &w->nodes[f->node]));
}

static void pick_numbers(struct fault *f, struct rng *r, const struct world *w)
{
	const uint64_t x = rng_next(r);

	f->a = (uint32_t)(x % w->n_hosts);
	f->b = (int64_t)((x >> 32) % w->n_hosts);
	switch (f->kind) {
	case FAULT_LOSS:
	case FAULT_DUPLICATE:
	case FAULT_REORDER:
		f->a = 20000 + (uint32_t)(x % 500000);
		break;
	case FAULT_JITTER:
		f->a = 10 + (uint32_t)(x % 1500);
		break;
	case FAULT_CRASH:
		f->a = x & 1 ? (uint32_t)(x >> 8) % 8 : 0;
		break;
	case FAULT_CARRIER:
		f->a = (uint32_t)((x >> 32) % node_access_config(&w->nodes[f->node])->n_ports);
		f->b = f->a;
		break;
	case FAULT_MOVE:
	case FAULT_ROAM:
		pick_place(f, x, w);
		break;
	case FAULT_CLOCK:
		f->b = clock_offset(r);
		break;
	case FAULT_MTU:
		f->a = 1000 + (uint32_t)(x % 600);
		break;
	case FAULT_ROUTER_ASK:
	case FAULT_ROUTER_RENEW:
	case FAULT_ROUTER_END:
		f->a = (uint32_t)(x % (4 + w->n_hosts)); /* the first four are of routers alone */
		f->b = x & 1 << 20 ? (int64_t)(x >> 32) : 0;
		break;
	case FAULT_REPLAY:
	case FAULT_FORGE:
		f->a = (uint32_t)(x % 4096);
		break;
	case FAULT_RELOAD:
		f->a = (uint32_t)(x % 16);
		break;
	case FAULT_PARTITION:
	case FAULT_DISK:
	case FAULT_PLANE:
	case FAULT_STOP:
	case FAULT_REVOKE:
	case FAULT_LEAVE:
	case FAULT_SILENT:
	case FAULT_TWIN:
	case FAULT_CLAIM:
	case FAULT_SPOOF:
	case FAULT_INJECT:
	case FAULT_RELEASE:
	case FAULT_DECLINE:
	case FAULT_LIE:
	case FAULT_MAX:
		break;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static bool has(const struct world *w, enum node_kind kind)
{
	for (uint32_t i = 0; i < w->n_nodes; i++)
		if (w->nodes[i].kind == kind)
			return true;
	return false;
}

void plan_make(struct plan *p, struct rng *r, const struct world *w, nsec_t from, nsec_t to)
{
	const size_t n = 5 + rng_below(r, PLAN_MAX - 5);
	const struct mixture m = mix(r, has(w, NODE_ROUTER), has(w, NODE_ACCESS_ROUTER));

	p->n = 0;
	while (p->n < n) {
		struct fault *f = &p->v[p->n];

		*f = (struct fault){ .at = from + (nsec_t)rng_below(r, (uint64_t)(to - from)),
				     .kind = pick_kind(r, &m) };
		if (kinds[f->kind].of_node)
			f->node = pick_node(r, w, f->kind);
		if (kinds[f->kind].lasts_max)
			f->lasts = MSEC(1 + rng_below(r, kinds[f->kind].lasts_max * 1000u));
		pick_numbers(f, r, w);
		p->n++;
	}
	qsort(p->v, p->n, sizeof(p->v[0]), by_time);
}

bool plan_keep(struct plan *p, const char *list)
{
	for (size_t i = 0; i < p->n; i++)
		p->v[i].skipped = true;
	while (*list) {
		char *end;
		unsigned long from = strtoul(list, &end, 10), to = from;

		if (end == list)
			return false;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (to >= p->n || from > to || (*end && *end != ','))
			return false;
		for (; from <= to; from++)
			p->v[from].skipped = false;
		list = *end ? end + 1 : end;
	}
	return true;
}

void plan_list(const struct plan *p, char *ret, size_t n)
{
	size_t at = 0;

	*ret = 0;
	for (size_t i = 0, last; i < p->n && at < n; i = last + 1) {
		last = i;
		if (p->v[i].skipped)
			continue;
		while (last + 1 < p->n && !p->v[last + 1].skipped)
			last++;
		at += (size_t)snprintf(ret + at, n - at, last > i ? "%s%zu-%zu" : "%s%zu",
				       at ? "," : "", i, last);
	}
}

const char *fault_text(const struct world *w, const struct fault *f)
{
	static char text[200];
	const struct kind *k = &kinds[f->kind];
	int n = snprintf(text, sizeof(text), "%.3f s: %s", (double)(f->at - WORLD_START) / 1e9,
			 k->name);

	if (k->of_node)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %s", w->nodes[f->node].name);
	if (k->a)
		n += snprintf(text + n, sizeof(text) - (size_t)n, ", %s %u", k->a, f->a);
	if (k->b)
		n += snprintf(text + n, sizeof(text) - (size_t)n, ", %s %" PRId64, k->b, f->b);
	if (k->lasts_max)
		snprintf(text + n, sizeof(text) - (size_t)n, ", for %.3f s",
			 (double)f->lasts / 1e9);
	return text;
}
