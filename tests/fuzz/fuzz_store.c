/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of the store in whatever state: each input is a script that writes files as the store
 * does, and then changes octets, cuts files and removes them. What can be opened holds the last
 * value of each key in what is whole, once, and all that was known to be on the disk. With the
 * unfinished end cut off it is the same and whole; written as a snapshot it is the same again. What
 * nobody has touched opens.
 */
#include <errno.h>
#include <stdio.h>

#include "folder_files.h"
#include "fuzz.h"
#include "store/merge.h"

#define STEPS_MAX 32
#define KEYS      32 /* one of which is empty */
#define BLOCK_MAX 512

static struct {
	struct folder_file *file;
	uint64_t start, end, synced;
} last; /* the file that is being written */
static bool touched;

struct content {
	struct record v[KEYS];
	size_t n;
};

static void write_to(struct folder_file *f, struct bytes b)
{
	if (f->n + b.n > sizeof(f->b)) {
		touched = true;
		return;
	}
	if (b.n)
		memcpy(f->b + f->n, b.p, b.n);
	f->n += b.n;
}

static void new_file(enum file_kind kind, uint64_t start)
{
	uint8_t header[FILE_HEADER];
	char name[FILE_NAME_SIZE];
	struct folder_file *f;

	file_name(name, kind, start);
	f = folder_make(name);
	last.file = f;
	if (!f) {
		touched = true; /* the next one goes on nowhere */
		return;
	}
	file_header_write(header, kind, start);
	write_to(f, BYTES(header, sizeof(header)));
	last.start = start;
	last.end = start + f->n;
}

/* The records of a block, behind room for its header. */
static void write_block(struct writer *w, size_t records)
{
	if (w->failed || last.file->n + writer_length(w) > sizeof(last.file->b))
		return;
	block_seal(w->start, writer_length(w), (uint32_t)records, last.end, last.synced);
	write_to(last.file, writer_bytes(w));
	last.end += writer_length(w);
}

/* Records of a few keys. */
static void new_block(struct reader *r)
{
	static uint8_t octets[BLOCK_MAX], values[64];
	struct writer w = writer_new(octets, sizeof(octets));
	uint8_t n = read_u8(r) % 4;

	write_reserve(&w, BLOCK_HEADER);
	for (uint8_t i = 0; i < n; i++) {
		const uint8_t key = read_u8(r) % KEYS, value = read_u8(r);
		const bool deleted = value & 128;
		const struct record record = {
			.key = { &key, key ? 1 : 0 },
			.value = { values, deleted ? 0 : value % sizeof(values) },
			.deleted = deleted,
		};

		values[0] = value;
		record_write(&w, &record);
	}
	write_block(&w, n);
}

/* Each key once, and an empty block at the end; false: there is no room. */
static bool new_snapshot(uint64_t position, const struct record *v, size_t n)
{
	static uint8_t octets[FOLDER_FILE_MAX];
	struct writer w = writer_new(octets, sizeof(octets) - FILE_HEADER - BLOCK_HEADER), end;

	write_reserve(&w, BLOCK_HEADER);
	for (size_t i = 0; i < n; i++)
		record_write(&w, &v[i]);
	if (w.failed)
		return false;
	new_file(FILE_SNAPSHOT, position);
	if (!last.file)
		return false;
	if (n)
		write_block(&w, n);
	end = writer_new(octets, BLOCK_HEADER);
	write_reserve(&end, BLOCK_HEADER);
	write_block(&end, 0);
	return true;
}

static void begin(struct reader *r)
{
	const uint8_t n = read_u8(r);
	struct record v[16];
	uint8_t keys[16];

	memset(&last, 0, sizeof(last));
	touched = false;
	for (int i = 0; i < FOLDER_FILES; i++)
		*folder_files[i].name = 0;
	if (n & 1) { /* a snapshot was made before */
		const uint64_t position = 1000 + n;

		for (uint8_t i = 0; i < n / 16; i++) {
			keys[i] = (uint8_t)(2 * i + 1);
			v[i] = (struct record){ .key = { &keys[i], 1 }, .value = { keys, i } };
		}
		new_snapshot(position, v, n / 16);
		last.synced = position;
		new_file(FILE_LOG, position);
	}
}

/* What the store never does. */
static void touch(struct reader *r)
{
	struct folder_file *f = &folder_files[read_u8(r) % FOLDER_FILES];
	const uint8_t how = read_u8(r);
	const uint16_t at = read_u16(r);

	touched = true;
	if (!*f->name)
		return;
	if (how == 0)
		*f->name = 0;
	else if (how & 1)
		f->n = at < f->n ? at : f->n;
	else if (at < f->n)
		f->b[at] ^= how;
	else
		write_to(f, read_bytes(r, reader_left(r) < how ? reader_left(r) : how));
	last.file = NULL;
}

static void step(struct reader *r)
{
	const uint8_t op = read_u8(r);

	if (op >= 0xf0) {
		touch(r);
		return;
	}
	if (!last.file) {
		last.synced = 0;
		new_file(FILE_LOG, 0);
	}
	if (!last.file)
		return;
	if (op >= 0xe0) /* the next log goes on where this one ends */
		new_file(FILE_LOG, last.end);
	else if (op >= 0xd0)
		last.synced = op & 1 ? last.end : last.start;
	else
		new_block(r);
}

/* --- what is in it --- */

static struct record *find(struct content *c, struct bytes key)
{
	for (size_t i = 0; i < c->n; i++)
		if (bytes_equal(c->v[i].key, key))
			return &c->v[i];
	return NULL;
}

static void append(struct content *c, const struct record *r)
{
	assert(c->n < KEYS);
	c->v[c->n++] = *r;
}

static int add(void *ctx, const struct record *r)
{
	struct content *c = ctx;

	assert(!r->deleted && !find(c, r->key)); /* each once */
	append(c, r);
	return 0;
}

/* The slow way: from the oldest on. */
static void expect(const struct file *f, struct content *c)
{
	for (size_t i = 0; i < f->n_blocks; i++) {
		struct block b = block_at(f->content.p + f->blocks[i]);
		const uint8_t *p = b.payload.p;

		for (uint32_t k = 0; k < b.records; k++) {
			struct record r, *former;

			p = record_at(p, &r);
			former = find(c, r.key);
			if (former)
				*former = r;
			else
				append(c, &r);
		}
	}
}

static void compare(struct content *c, struct content *expected)
{
	size_t n = 0;

	for (size_t i = 0; i < expected->n; i++) {
		const struct record *e = &expected->v[i], *r = find(c, e->key);

		assert(e->deleted ? !r : r && bytes_equal(r->value, e->value));
		n += !e->deleted;
	}
	assert(n == c->n);
}

/* What was on the disk when any block was written that is still whole, wherever that stands. */
static void expect_promised(const struct file *f, uint64_t end)
{
	struct block b;
	size_t from = 0;

	while (block_find(f->content, from, f->start, &b)) {
		assert(b.synced <= end);
		from = (size_t)(b.payload.p - f->content.p);
	}
}

static int open_folder(struct files *f)
{
	char name[FILE_NAME_SIZE];
	uint64_t offset = 0;
	int err = files_open(0, UINT64_MAX, f, name, &offset);

	assert(!err || err == -EBADMSG || err == -ENOTSUP);
	assert(!err || (strlen(name) && (err != -EBADMSG || offset <= FOLDER_FILE_MAX)));
	return err;
}

/* Opens a folder that can be opened, and compares it. */
static void reopen(struct content *expected)
{
	static struct content c;
	struct files f;

	c.n = 0;
	assert(open_folder(&f) == 0 && !f.unfinished);
	assert(merge(&f, add, &c) == 0);
	compare(&c, expected);
	files_close(&f);
}

/* In the place of everything before. */
static void compact(const struct content *c, uint64_t position, struct content *expected)
{
	if (!new_snapshot(position, c->v, c->n))
		return;
	assert(files_remove_before(0, position) == 0);
	reopen(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));
	static struct content c, expected;
	struct files f;
	int err;

	c.n = expected.n = 0;
	begin(&r);
	for (int i = 0; i < STEPS_MAX && reader_left(&r); i++)
		step(&r);
	err = open_folder(&f);
	assert(touched || (!err && !f.unfinished));
	if (err)
		return 0;
	for (size_t i = 0; i < f.n; i++)
		expect_promised(&f.file[i], f.end);
	for (size_t i = 0; i < f.n_whole; i++)
		expect(&f.file[i], &expected);
	assert(merge(&f, add, &c) == 0);
	compare(&c, &expected);
	assert(files_cut(0, &f) == 0);
	reopen(&expected);
	compact(&c, f.end, &expected);
	files_close(&f);
	return 0;
}
