/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request finds its host by NAI: bucket, host, binding, tunnel, each where the one before says,
 * and among a million hosts none of them is in a cache. One after the other that is longer than
 * everything else that a request takes; for a group of requests at the same time it is not.
 */
#include "core/ha_ahead.h"
#include "core/ha_state.h"

#include <assert.h>

struct expected {
	uint64_t host, key; /* hashes of the NAI: of its host, of its key */
	const struct host *x;
};

static void find_host(const struct ha *h, struct expected *e)
{
	const struct hash_node *n = hash_first(&h->hosts.by_nai, e->host);

	sa_ask_whole(h->sas, e->key);
	e->x = n ? container_of(n, struct host, by_nai) : NULL;
	if (!e->x)
		return;
	memory_ask(e->x, sizeof(*e->x));
	memory_ask(e->x->nai, 1);
	memory_ask(e->x->home, 1);
	memory_ask(e->x->learnt, 1);
	memory_ask(e->x->binding, sizeof(*e->x->binding));
}

void ha_ahead(const void *self, const struct datagram *in, size_t n)
{
	const struct ha *h = self;
	struct expected v[AHEAD_MAX];

	assert(n <= AHEAD_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct bytes nai = mip4_peek_nai(in[i].payload, &h->c.numbers);

		v[i].host = hash_key(&h->hosts.by_nai, nai.p, nai.n);
		hash_ask_bucket(&h->hosts.by_nai, v[i].host);
		v[i].key = sa_ask(h->sas, nai);
	}
	for (size_t i = 0; i < n; i++) {
		hash_ask_first(&h->hosts.by_nai, v[i].host);
		sa_ask_first(h->sas, v[i].key);
	}
	for (size_t i = 0; i < n; i++)
		find_host(h, &v[i]);
	for (size_t i = 0; i < n; i++)
		if (v[i].x && v[i].x->binding) {
			memory_ask(v[i].x->binding->tunnel, sizeof(struct ha_tunnel));
			memory_ask(v[i].x->binding->link, sizeof(struct virtual_link));
		}
}
