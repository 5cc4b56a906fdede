/* SPDX-License-Identifier: Apache-2.0 */
/* Collects a transaction in the form in which it is stored, and hands it to the log or to memory.
 */
#include "store/store.h"
#include "store/log.h"
#include "store/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct store {
	struct log *log;             /* or NULL: in memory */
	struct store_memory *memory; /* may be NULL, then nothing is kept */
	struct writer w;             /* the block: room for its header, then records */
	uint32_t records;
	int error; /* of a put or delete of this transaction */
};

struct visitor {
	int (*each)(void *ctx, struct bytes key, struct bytes value);
	void *ctx;
};

static void begin(struct store *s)
{
	s->w.p = s->w.start + BLOCK_HEADER;
	s->w.failed = false;
	s->records = 0;
	s->error = 0;
}

static int store_new(struct store **ret)
{
	struct store *s = calloc(1, sizeof(*s));
	/* once and for all; what is never used of it takes no memory */
	uint8_t *room = malloc(STORE_TRANSACTION_MAX);

	if (!s || !room) {
		free(s);
		free(room);
		return -ENOMEM;
	}
	s->w = writer_new(room, STORE_TRANSACTION_MAX);
	begin(s);
	*ret = s;
	return 0;
}

static void store_free(struct store *s)
{
	free(s->w.start);
	free(s);
}

int store_open(const char *path, enum store_sync sync, uint32_t interval_ms, struct store **ret,
	       char *ret_why, size_t n)
{
	struct store *s;
	int err = store_new(&s);

	if (err) {
		snprintf(ret_why, n, "no memory for the store %s", path);
		return err;
	}
	err = log_open(path, sync, interval_ms, &s->log, ret_why, n);
	if (err)
		store_free(s);
	else
		*ret = s;
	return err;
}

int store_open_memory(struct store_memory *m, struct store **ret)
{
	int err = store_new(ret);

	if (!err)
		(*ret)->memory = m;
	return err;
}

int store_close(struct store *s)
{
	int err;

	if (!s)
		return 0;
	err = s->log ? log_close(s->log) : 0;
	store_free(s);
	return err;
}

static int visit(void *ctx, const struct record *r)
{
	struct visitor *v = ctx;

	return v->each(v->ctx, r->key, r->value);
}

int store_load(struct store *s, int (*each)(void *ctx, struct bytes key, struct bytes value),
	       void *ctx)
{
	struct visitor v = { each, ctx };

	if (s->log)
		return log_load(s->log, visit, &v);
	return s->memory ? memory_load(s->memory, visit, &v) : 0;
}

static int add(struct store *s, const struct record *r)
{
	int err = 0;

	if (r->key.n > STORE_KEY_MAX || r->value.n > STORE_VALUE_MAX)
		err = -EINVAL;
	if (!err)
		record_write(&s->w, r);
	if (s->w.failed)
		err = -E2BIG;
	s->records++;
	if (err && !s->error)
		s->error = err;
	return err;
}

int store_put(struct store *s, struct bytes key, struct bytes value)
{
	return add(s, &(struct record){ .key = key, .value = value });
}

int store_del(struct store *s, struct bytes key)
{
	return add(s, &(struct record){ .key = key, .deleted = true });
}

int store_commit(struct store *s)
{
	int err = s->error;

	if (!err && s->records && s->log)
		err = log_commit(s->log, s->w.start, writer_length(&s->w), s->records);
	else if (!err && s->records && s->memory)
		err = memory_commit(s->memory, s->w.start + BLOCK_HEADER, s->records);
	begin(s);
	return err;
}

int store_trouble(struct store *s, char *ret_why, size_t n)
{
	return s->log ? log_trouble(s->log, ret_why, n) : 0;
}
