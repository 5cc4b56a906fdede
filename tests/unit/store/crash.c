/* SPDX-License-Identifier: Apache-2.0 */
#include "crash.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 4096
#define SYNCS_MAX 8 /* of one file at a time */
#define SECTOR    512
#define FILE_SIZE (1 << 20) /* more than all transactions of a test take */
#define CERTAIN   100

struct disk_file {
	char name[32]; /* "": not in the folder */
	uint8_t *content;
	size_t n;
	size_t durable; /* steps before this one are on the disk */
	struct {
		uint64_t number;
		size_t step;
		uint32_t reported; /* transactions, when it began */
	} begun[SYNCS_MAX];
	unsigned n_begun;
};

/* A disk that is being made from a trace. */
struct disk {
	struct disk_file file[FILES_MAX]; /* 0: the folder */
	uint32_t n;
	unsigned chance; /* of 100: that something not synced is there */
	uint64_t *random;
};

uint64_t crash_random(uint64_t *random, uint64_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random % below;
}

static bool happens(struct disk *d)
{
	return d->chance == CERTAIN || crash_random(d->random, CERTAIN) < d->chance;
}

static void begin_sync(struct disk_file *f, uint64_t number, size_t step, uint32_t reported)
{
	const unsigned i = f->n_begun++;

	assert_true(i < SYNCS_MAX);
	f->begun[i].number = number;
	f->begun[i].step = step;
	f->begun[i].reported = reported;
}

/* Several threads may sync a file, the folder, at the same time, and those that began first need
 * not end first. How many transactions had been reported when this one began. */
static uint32_t end_sync(struct disk_file *f, uint64_t number)
{
	uint32_t reported;
	unsigned i = 0;

	while (i < f->n_begun && f->begun[i].number != number)
		i++;
	assert_true(i < f->n_begun);
	if (f->begun[i].step > f->durable)
		f->durable = f->begun[i].step;
	reported = f->begun[i].reported;
	f->begun[i] = f->begun[--f->n_begun];
	return reported;
}

static void forget_syncs(struct disk_file *file, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		file[i].n_begun = 0;
}

static void write_part(struct disk_file *f, size_t at, const uint8_t *p, size_t n)
{
	assert_true(at + n <= FILE_SIZE);
	if (!f->content)
		f->content = calloc(1, FILE_SIZE);
	assert_non_null(f->content);
	memcpy(f->content + at, p, n);
	if (at + n > f->n)
		f->n = at + n;
}

static void set_length(struct disk_file *f, size_t n)
{
	assert_true(n <= FILE_SIZE);
	if (f->content && n < f->n)
		memset(f->content + n, 0, f->n - n);
	f->n = n;
}

/* A write that was not synced: sector by sector. */
static void tear(struct disk *d, struct disk_file *f, const struct trace_step *s)
{
	size_t at = (size_t)s->r.offset, end = at + s->r.length;
	bool whole = happens(d), some = happens(d), longer = happens(d);

	if (whole) {
		write_part(f, at, s->data, s->r.length);
		return;
	}
	while (some && at < end) {
		size_t n = SECTOR - at % SECTOR;

		if (n > end - at)
			n = end - at;
		if (crash_random(d->random, 2))
			write_part(f, at, s->data + (at - s->r.offset), n);
		at += n;
	}
	if (longer && end > f->n)
		set_length(f, end);
}

/* A name has one file: the last that got it. */
static void change_name(struct disk_file *file, uint32_t n, const struct trace_step *s)
{
	struct disk_file *f = &file[s->r.file];

	f->name[0] = 0;
	if (s->r.op == TRACE_UNLINK)
		return;
	for (uint32_t i = 1; i < n; i++)
		if (strlen(file[i].name) == s->r.length &&
		    memcmp(file[i].name, s->data, s->r.length) == 0)
			file[i].name[0] = 0;
	snprintf(f->name, sizeof(f->name), "%.*s", (int)s->r.length, (const char *)s->data);
}

static void take_step(struct disk *d, const struct trace_step *s, size_t i)
{
	struct disk_file *f = &d->file[s->r.file];
	bool sure = i < f->durable, name_sure = i < d->file[TRACE_FOLDER].durable;

	switch ((enum trace_op)s->r.op) {
	case TRACE_CREATE:
		if (s->r.file >= d->n)
			d->n = s->r.file + 1;
		/* fall through */
	case TRACE_RENAME:
	case TRACE_UNLINK:
		if (name_sure || happens(d))
			change_name(d->file, d->n, s);
		break;
	case TRACE_WRITE:
		if (sure)
			write_part(f, (size_t)s->r.offset, s->data, s->r.length);
		else
			tear(d, f, s);
		break;
	case TRACE_TRUNCATE:
		if (sure || happens(d))
			set_length(f, (size_t)s->r.offset);
		break;
	case TRACE_SYNC_BEGIN:
	case TRACE_SYNC_END:
	case TRACE_ACK:
	case TRACE_NEXT:
		break;
	}
}

static void empty_folder(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			assert_int_equal(unlinkat(dirfd(d), entry->d_name, 0), 0);
	closedir(d);
}

static void write_disk(struct disk *d, const char *folder)
{
	empty_folder(folder);
	for (uint32_t i = 1; i < d->n; i++) {
		struct disk_file *f = &d->file[i];
		char name[256];
		int fd;

		if (!f->name[0])
			continue;
		snprintf(name, sizeof(name), "%s/%s", folder, f->name);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		if (f->n && !f->content)
			f->content = calloc(1, FILE_SIZE);
		assert_int_equal(write(fd, f->content, f->n), f->n);
		close(fd);
	}
}

static void clear(struct disk *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		free(d->file[i].content);
	*d = (struct disk){ 0 };
}

static struct disk disk;

void crash_power(const struct trace *t, size_t n, uint64_t *random, enum crash_fault fault,
		 const char *folder)
{
	clear(&disk);
	disk.n = 1;
	disk.random = random;
	disk.chance = (unsigned)crash_random(random, 5) * 24; /* 96: but for a few things, all */
	for (size_t i = 0; i < n; i++) {
		const struct trace_record *r = &t->step[i].r;
		bool kept = fault != (r->file == TRACE_FOLDER ? CRASH_FAULT_NO_FOLDER_SYNC
							      : CRASH_FAULT_NO_FILE_SYNC);

		if (r->op == TRACE_NEXT)
			forget_syncs(disk.file, FILES_MAX);
		else if (r->op == TRACE_SYNC_BEGIN && kept)
			begin_sync(&disk.file[r->file], r->offset, i, 0);
		else if (r->op == TRACE_SYNC_END && kept)
			end_sync(&disk.file[r->file], r->offset);
	}
	for (size_t i = 0; i < n; i++)
		take_step(&disk, &t->step[i], i);
	write_disk(&disk, folder);
}

void crash_killed(const struct trace *t, size_t n, uint64_t *random, const char *folder)
{
	clear(&disk);
	disk.n = 1;
	disk.random = random;
	disk.chance = CERTAIN;
	for (size_t i = 0; i < n; i++) {
		struct trace_step s = t->step[i];

		if (i == n - 1 && s.r.op == TRACE_WRITE)
			s.r.length = (uint32_t)crash_random(random, s.r.length + 1);
		take_step(&disk, &s, i);
	}
	write_disk(&disk, folder);
}

void crash_none(const struct trace *t, const char *folder)
{
	clear(&disk);
	disk.n = 1;
	disk.chance = CERTAIN;
	for (size_t i = 0; i < t->n; i++)
		take_step(&disk, &t->step[i], i);
	write_disk(&disk, folder);
}

/* The sync of a log keeps what was reported before it began and stands in this log or a former one:
 * those have been synced, too. */
static void find_promises(struct trace *t, uint32_t first, bool batch)
{
	static uint32_t log_of[1 << 16]; /* each transaction's */
	static struct disk_file file[FILES_MAX];
	uint32_t synced = first, reported = first, last_log = 0;

	memset(file, 0, sizeof(file));
	for (size_t i = 0; i < t->n; i++) {
		struct trace_step *s = &t->step[i];
		struct disk_file *f = &file[s->r.file];

		if (s->r.op == TRACE_CREATE || s->r.op == TRACE_RENAME)
			change_name(file, FILES_MAX, s);
		if (s->r.op == TRACE_WRITE && strncmp(f->name, "log-", 4) == 0)
			last_log = s->r.file;
		if (s->r.op == TRACE_ACK) {
			reported = (uint32_t)s->r.offset;
			log_of[reported] = last_log;
			if (batch)
				synced = reported;
		}
		if (s->r.op == TRACE_NEXT)
			forget_syncs(file, FILES_MAX);
		if (s->r.op == TRACE_SYNC_BEGIN)
			begin_sync(f, s->r.offset, i, reported);
		if (s->r.op == TRACE_SYNC_END && s->r.file == TRACE_FOLDER && !t->begin)
			t->begin = i + 1;
		if (s->r.op == TRACE_SYNC_END) {
			uint32_t n = end_sync(f, s->r.offset);

			while (n > first && log_of[n] > s->r.file)
				n--;
			if (strncmp(f->name, "log-", 4) == 0 && n > synced)
				synced = n;
		}
		s->synced = synced;
		s->reported = reported;
	}
}

void trace_read(const char *path, uint32_t first, bool batch, struct trace *ret)
{
	FILE *f = fopen(path, "r");
	long size;
	size_t room = 0;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	*ret = (struct trace){ .octets = malloc((size_t)size) };
	assert_non_null(ret->octets);
	assert_int_equal(fread(ret->octets, 1, (size_t)size, f), size);
	fclose(f);
	for (const uint8_t *p = ret->octets; p < ret->octets + size;) {
		struct trace_step s = { 0 };

		memcpy(&s.r, p, sizeof(s.r));
		s.data = p + sizeof(s.r);
		p = s.data + s.r.length;
		assert_true(s.r.file < FILES_MAX);
		if (ret->n == room) {
			room = room ? 2 * room : 256;
			ret->step = realloc(ret->step, room * sizeof(s));
			assert_non_null(ret->step);
		}
		ret->step[ret->n++] = s;
	}
	find_promises(ret, first, batch);
}

void trace_free(struct trace *t)
{
	free(t->step);
	free(t->octets);
	*t = (struct trace){ 0 };
}
