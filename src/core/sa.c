/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sa.h"
#include "base/hash.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define LOOKS_MAX 8 /* at keys of hosts, for one that can give way */

struct sa_entry {
	struct hash_node by_name;
	enum sa_scope scope;
	uint32_t order; /* as configured: the first one signs */
	char name[NAI_MAX + 1];
	struct in_addr node;
	/* Of the association itself; for a realm only SPI and algorithm, the state being that of
	 * env->derive under the realm's key. */
	struct mip4_sa sa;
};

struct sa_derived { /* a realm's association as it is for one NAI */
	struct hash_node by_nai;
	const struct sa_entry *realm;
	uint8_t n;
	bool used; /* again, since it was looked at last */
	uint8_t nai[NAI_MAX];
	struct mip4_sa sa;
};

struct sa_table {
	const struct mac_algorithm *derive;
	struct hash names, nais;
	struct sa_entry *v;
	size_t n;
	struct slab derived;
	uint32_t next; /* of them, to be looked at when one must give way */
};

/* Names are compared octet by octet: a key derived from a NAI differs with its spelling. */
static uint64_t name_hash(const struct sa_table *t, enum sa_scope scope, struct bytes name)
{
	uint8_t key[1 + NAI_MAX];

	assert(name.n <= NAI_MAX);
	key[0] = (uint8_t)scope;
	memcpy(key + 1, name.p, name.n);
	return hash_key(&t->names, key, 1 + name.n);
}

static struct bytes entry_name(const struct sa_entry *e)
{
	return e->scope == SA_NODE ? BYTES(&e->node, sizeof(e->node))
				   : BYTES(e->name, strlen(e->name));
}

static void entry_add(struct sa_table *t, const struct sa_config *c)
{
	struct sa_entry *e = &t->v[t->n];
	struct bytes key = { c->key, c->key_length };

	assert(c->key_length >= 1 && c->key_length <= MAC_KEY_MAX);
	e->scope = c->scope;
	e->order = (uint32_t)t->n++;
	e->node = c->node;
	memcpy(e->name, c->name, sizeof(e->name));
	e->sa.spi = c->spi;
	e->sa.algorithm = c->algorithm;
	if (c->scope == SA_REALM)
		t->derive->set_key(e->sa.state, key);
	else
		c->algorithm->set_key(e->sa.state, key);
	hash_insert(&t->names, &e->by_name, name_hash(t, e->scope, entry_name(e)));
}

int sa_table_new(const struct sa_config *v, size_t n, uint32_t cache, const struct core_env *env,
		 struct sa_table **ret)
{
	struct sa_table *t = memory_alloc(&env->memory, sizeof(*t));
	struct rng rng;
	uint32_t kept = cache ? cache : 1; /* what is returned must live until the next call */
	uint64_t seed[2];

	rng_seed(&rng, env->seed);
	seed[0] = rng_next(&rng);
	seed[1] = rng_next(&rng);
	if (!t)
		return -ENOMEM;
	t->derive = env->derive;
	t->v = memory_alloc(&env->memory, (n ? n : 1) * sizeof(*t->v));
	if (!t->v || hash_new(&t->names, &env->memory, (uint32_t)n, seed) < 0 ||
	    hash_new(&t->nais, &env->memory, kept, seed) < 0 ||
	    slab_new(&t->derived, &env->memory, sizeof(struct sa_derived), kept) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		entry_add(t, &v[i]);
	*ret = t;
	return 0;
}

void sa_table_done(struct sa_table *t)
{
	if (!t)
		return;
	bytes_wipe(t->v, t->n * sizeof(*t->v));
	bytes_wipe(t->derived.base, t->derived.size * t->derived.count);
	t->n = 0;
	memset(t->names.buckets, 0, (t->names.mask + 1) * sizeof(*t->names.buckets));
	memset(t->nais.buckets, 0, (t->nais.mask + 1) * sizeof(*t->nais.buckets));
}

static const struct sa_entry *entry_find(const struct sa_table *t, enum sa_scope scope,
					 struct bytes name, uint32_t spi)
{
	const struct sa_entry *found = NULL;
	uint64_t hash = name_hash(t, scope, name);

	for (struct hash_node *n = hash_first(&t->names, hash); n; n = hash_next(n, hash)) {
		const struct sa_entry *e = container_of(n, struct sa_entry, by_name);

		if (e->scope != scope || !bytes_equal(entry_name(e), name))
			continue;
		if (spi && e->sa.spi != spi)
			continue;
		if (!found || e->order < found->order)
			found = e;
	}
	return found;
}

static struct sa_derived *derived_find(const struct sa_table *t, uint64_t hash,
				       const struct sa_entry *realm, struct bytes nai)
{
	for (struct hash_node *n = hash_first(&t->nais, hash); n; n = hash_next(n, hash)) {
		struct sa_derived *d = container_of(n, struct sa_derived, by_nai);

		if (d->realm == realm && bytes_equal((struct bytes){ d->nai, d->n }, nai))
			return d;
	}
	return NULL;
}

/* Room for one more. Of those that are there one gives way that has not been used again since the
 * last time that somebody looked; only a few are looked at, since a request must not wait for all.
 */
static struct sa_derived *derived_take(struct sa_table *t)
{
	struct sa_derived *d = slab_take(&t->derived);

	if (d)
		return d;
	for (int i = 0; i < LOOKS_MAX && (!d || d->used); i++) {
		if (d)
			d->used = false;
		d = slab_at(&t->derived, t->next);
		t->next = (t->next + 1) % t->derived.count;
	}
	hash_remove(&t->nais, &d->by_nai);
	bytes_wipe(d, sizeof(*d));
	return d;
}

/* MN-HA key = HMAC-SHA-256(realm key, NAI) (D2): one key brought to each agent serves all its
 * hosts. req: HA-39 */
static const struct mip4_sa *derive(struct sa_table *t, const struct sa_entry *realm,
				    struct bytes nai)
{
	uint64_t hash = hash_key(&t->nais, nai.p, nai.n);
	struct sa_derived *d = derived_find(t, hash, realm, nai);
	uint8_t key[MAC_LENGTH_MAX];

	if (d) {
		d->used = true;
		return &d->sa;
	}
	d = derived_take(t);
	d->realm = realm;
	d->n = (uint8_t)nai.n;
	memcpy(d->nai, nai.p, nai.n);
	d->sa.spi = realm->sa.spi;
	d->sa.algorithm = realm->sa.algorithm;
	t->derive->sign(realm->sa.state, nai, BYTES(NULL, 0), key);
	d->sa.algorithm->set_key(d->sa.state, BYTES(key, t->derive->length));
	bytes_wipe(key, sizeof(key));
	hash_insert(&t->nais, &d->by_nai, hash);
	return &d->sa;
}

uint64_t sa_ask(const struct sa_table *t, struct bytes nai)
{
	const uint64_t key = hash_key(&t->nais, nai.p, nai.n);

	hash_ask_bucket(&t->nais, key);
	return key;
}

void sa_ask_first(const struct sa_table *t, uint64_t key)
{
	hash_ask_first(&t->nais, key);
}

void sa_ask_whole(const struct sa_table *t, uint64_t key)
{
	const struct hash_node *n = hash_first(&t->nais, key);

	if (n)
		memory_ask(container_of(n, struct sa_derived, by_nai), sizeof(struct sa_derived));
}

const struct mip4_sa *sa_find_nai(struct sa_table *t, struct bytes nai, uint32_t spi)
{
	const struct sa_entry *e;
	const uint8_t *at;

	if (!nai.p || nai.n == 0 || nai.n > NAI_MAX)
		return NULL;
	e = entry_find(t, SA_NAI, nai, spi);
	if (e)
		return &e->sa;
	/* the realm is what follows the last "@" (RFC 4282 2.1 allows one only) */
	at = memrchr(nai.p, '@', nai.n);
	if (!at)
		return NULL;
	e = entry_find(t, SA_REALM, (struct bytes){ at + 1, (size_t)(nai.p + nai.n - (at + 1)) },
		       spi);
	return e ? derive(t, e, nai) : NULL;
}

const struct mip4_sa *sa_find_node(struct sa_table *t, struct in_addr node, uint32_t spi)
{
	const struct sa_entry *e = entry_find(t, SA_NODE, BYTES(&node, sizeof(node)), spi);

	return e ? &e->sa : NULL;
}
