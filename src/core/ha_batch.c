/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_batch.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

#define KEY_TAG        'H'
#define RETRY          NSEC_PER_SEC /* a store that fails is tried so often */
#define RETRY_EACH     10000        /* ns of it for each binding: 100,000 a second */
#define REPEAT_PAUSE   1024         /* slots repeated without a pause: a millisecond */
#define REPEAT_SCAN    512          /* slots looked at in one step */
#define SECRET_VERSION 1
#define ENTRY_MAX      (1 + NAI_MAX + 3 + HOST_RECORD_MAX)

int batch_new(struct batch *b, const struct memory *m, uint32_t changes_max)
{
	b->n_max = changes_max;
	b->max = (size_t)changes_max * ENTRY_MAX;
	b->log = memory_alloc(m, b->max);
	b->serial = 1;
	b->at = reader_new(BYTES(b->log, 0));
	return b->log ? 0 : -ENOMEM;
}

/* An entry: how long the NAI is, the NAI, whether the host was there, how long its record is, the
 * record. */
static void log_host(struct batch *b, struct host *x, const struct now *before)
{
	struct writer w = writer_new(b->log + b->used, b->max - b->used);
	size_t at;

	assert(b->n < b->n_max);
	write_u8(&w, x->nai_length);
	write_bytes(&w, host_nai(x));
	write_u8(&w, before != NULL);
	at = writer_length(&w);
	write_u16(&w, 0);
	if (before)
		host_record_write(x, *before, &w);
	write_u16_at(&w, at, (uint16_t)(writer_length(&w) - at - 2));
	b->used += writer_length(&w);
	b->n++;
	x->batch = b->serial;
}

void batch_changes(struct ha *h, struct host *x, struct now now)
{
	if (x->batch != h->batch.serial)
		log_host(&h->batch, x, &now);
}

void batch_adds(struct ha *h, struct host *x)
{
	log_host(&h->batch, x, NULL);
}

/* While the store fails it is tried with what stands in it already, so that no request is lost by
 * that: each is denied. */
bool batch_may_change(struct ha *h, struct now now)
{
	struct batch *b = &h->batch;

	if (b->failing && now.mono >= b->retry) {
		b->tries = true;
		b->retry = now.mono + RETRY;
	}
	return !b->failing;
}

nsec_t batch_retry(struct ha *h)
{
	const uint64_t spread = slab_used(&h->bindings.slab) * (uint64_t)RETRY_EACH;

	return h->batch.retry + (nsec_t)rng_below(&h->rng, spread + 1);
}

struct entry {
	struct bytes nai, record;
	bool existed;
};

static bool next_entry(struct reader *r, struct entry *ret)
{
	if (reader_left(r) == 0)
		return false;
	ret->nai = read_bytes(r, read_u8(r));
	ret->existed = read_u8(r);
	ret->record = read_bytes(r, read_u16(r));
	return true;
}

static struct bytes key_of(struct batch *b, struct bytes nai)
{
	b->key[0] = KEY_TAG;
	if (nai.n)
		memcpy(b->key + 1, nai.p, nai.n);
	return (struct bytes){ b->key, 1 + nai.n };
}

/* The secret of identifiers is kept with the hosts, under the key that no NAI makes. */
static bool tell_secret(struct ha *h, struct bytes *ret_key, struct bytes *ret_value)
{
	struct batch *b = &h->batch;
	struct writer w = writer_new(b->value, sizeof(b->value));

	if (b->secret_told || (!b->tries && (h->secret.stored || b->n == 0)))
		return false;
	b->secret_told = true;
	*ret_key = key_of(b, (struct bytes){ NULL, 0 });
	write_u8(&w, SECRET_VERSION);
	write_bytes(&w, BYTES(h->secret.v, sizeof(h->secret.v)));
	*ret_value = writer_bytes(&w);
	return true;
}

bool batch_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value)
{
	struct ha *h = self;
	struct batch *b = &h->batch;
	struct writer w = writer_new(b->value, sizeof(b->value));
	const struct host *x;
	struct entry e;

	if (tell_secret(h, ret_key, ret_value))
		return true;
	b->at.end = b->log + b->used;
	if (!next_entry(&b->at, &e))
		return false;
	*ret_key = key_of(b, e.nai);
	*ret_value = (struct bytes){ NULL, 0 };
	x = host_find(&h->hosts, e.nai);
	if (x) {
		host_record_write(x, now, &w);
		*ret_value = writer_bytes(&w);
	}
	return true;
}

/* Forgets a host, whatever it has. */
static void strip(struct ha *h, struct host *x)
{
	if (x->binding)
		binding_end(h, x->binding, NULL);
	host_remove(h, x);
}

/* All go first: what one has now, another may have had. */
static void undo(struct ha *h, struct now now)
{
	struct reader r = reader_new(BYTES(h->batch.log, h->batch.used));
	struct entry e;

	while (next_entry(&r, &e)) {
		struct host *x = host_find(&h->hosts, e.nai);

		revocation_undo(h, e.nai);
		if (x)
			strip(h, x);
	}
	r = reader_new(BYTES(h->batch.log, h->batch.used));
	while (next_entry(&r, &e)) {
		struct host *x;
		int err;

		if (!e.existed)
			continue;
		x = host_add(&h->hosts, e.nai); /* there was room for it before */
		assert(x);
		err = host_record_read(h, x, e.record, now);
		assert(!err);
		(void)err;
	}
}

/* What has been repeated and was in a batch that could not be stored comes again, at a time when no
 * other change is tried. */
static void end_repeated(struct ha *h, bool stored, struct now now)
{
	if (!stored && h->repeat_at != h->repeat_done) {
		h->repeat_at = h->repeat_done;
		heap_set(&h->timers, &h->repeat, now.mono + NSEC_PER_MSEC);
	}
	h->repeat_done = h->repeat_at;
}

bool batch_end(void *self, bool stored, struct now now)
{
	struct ha *h = self;
	struct batch *b = &h->batch;
	const bool holds = stored || b->n == 0;

	if (!stored) {
		undo(h, now);
		b->failed = now.mono;
		b->failing = true;
		b->retry = now.mono + RETRY;
	} else if (b->n || b->tries) {
		b->failing = false;
	}
	if (stored && b->secret_told)
		h->secret.stored = true;
	b->secret_told = b->tries = false;
	b->n = 0;
	b->used = 0;
	end_repeated(h, stored, now);
	b->at = reader_new(BYTES(b->log, 0));
	b->serial += b->serial == UINT32_MAX ? 2 : 1;
	return holds;
}

/* --- after a restart --- */

static int restore_secret(struct ha *h, struct bytes value)
{
	struct reader r = reader_new(value);
	uint8_t v[sizeof(h->secret.v)];

	if (read_u8(&r) > SECRET_VERSION)
		return -ENOTSUP;
	read_copy(&r, v, sizeof(v));
	if (r.failed || reader_left(&r))
		return -EBADMSG;
	memcpy(h->secret.v, v, sizeof(v));
	h->secret.stored = true;
	return 0;
}

int batch_restore(void *self, struct bytes key, struct bytes value, struct now now)
{
	struct ha *h = self;
	struct host *x;
	int err;

	if (key.n == 0 || key.n > 1 + NAI_MAX || key.p[0] != KEY_TAG)
		return -EBADMSG;
	key.p++;
	key.n--;
	if (key.n == 0)
		return restore_secret(h, value);
	x = host_add(&h->hosts, key);
	if (!x)
		return -ENOSPC;
	err = host_record_read(h, x, value, now);
	if (err)
		strip(h, x);
	return err;
}

void batch_restored(void *self, struct now now)
{
	struct ha *h = self;

	h->repeat_at = h->repeat_done = 0;
	heap_set(&h->timers, &h->repeat, now.mono);
}

bool batch_restoring(const void *self)
{
	const struct ha *h = self;

	return timer_is_set(&h->repeat);
}

void batch_repeat(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	const uint32_t count = h->bindings.slab.next; /* those that were ever there */
	const size_t most = out->n + TIMER_ACTIONS_MAX - BINDING_ACTIONS_MAX;

	for (int i = 0; i < REPEAT_SCAN && out->n < most && h->repeat_at < count; i++) {
		struct binding *b = binding_at(&h->bindings, h->repeat_at++);

		if (!b)
			continue;
		binding_write(b, out);
		b->unsure = false;
	}
	/* the others have their turn now and then */
	if (h->repeat_at < count)
		heap_set(&h->timers, t, now.mono + (h->repeat_at >= h->repeat_pause));
	if (h->repeat_at >= h->repeat_pause)
		h->repeat_pause = h->repeat_at + REPEAT_PAUSE;
}
