/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a snapshot of all logs but the current one, in a thread of its own. */
#include "store/log.h"
#include "store/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define BLOCK_FULL (256u << 10) /* then it is written */
#define BLOCK_ROOM (BLOCK_FULL + RECORD_HEADER + STORE_KEY_MAX + STORE_VALUE_MAX)
#define SYNC_EVERY (8u << 20) /* a sync of more at once would hold up the current log's */
#define NICE       10         /* a restart may be slow, a registration may not */

struct snapshot {
	struct log *log;
	int fd;
	uint64_t start, size, unsynced;
	uint32_t records; /* in the block */
	struct writer w;
};

static int write_block(struct snapshot *s)
{
	struct bytes block = writer_bytes(&s->w);
	int err;

	block_seal(s->w.start, block.n, s->records, s->start + s->size, 0);
	err = file_write(s->fd, block, s->size);
	s->size += block.n;
	s->unsynced += block.n;
	s->records = 0;
	s->w.p = s->w.start + BLOCK_HEADER;
	if (!err && s->unsynced > SYNC_EVERY) {
		s->unsynced = 0;
		err = file_sync(s->fd);
	}
	return err;
}

static int add(void *ctx, const struct record *r)
{
	struct snapshot *s = ctx;

	record_write(&s->w, r);
	s->records++;
	if (writer_length(&s->w) < BLOCK_FULL)
		return 0;
	return atomic_load(&s->log->stop) ? -ECANCELED : write_block(s);
}

static int write_snapshot(struct snapshot *s, const struct files *f)
{
	int err = merge(f, add, s);

	if (!err && s->records)
		err = write_block(s);
	if (!err)
		err = write_block(s); /* the empty one: it is complete */
	return err ? err : file_sync(s->fd);
}

/* Gives it its name; what it replaces is removed only when that is on the disk. */
static int publish(struct log *l, uint64_t upto)
{
	char name[FILE_NAME_SIZE];
	int err;

	file_name(name, FILE_SNAPSHOT, upto);
	if (renameat(l->folder, FILE_NEW, l->folder, name) < 0)
		return -errno;
	err = file_sync(l->folder);
	return err ? err : files_remove_before(l->folder, upto);
}

static int compact(struct log *l, uint64_t upto, uint64_t *ret_size)
{
	uint8_t *room = malloc(BLOCK_ROOM);
	struct snapshot s = { .log = l, .fd = -1, .start = upto, .size = FILE_HEADER };
	struct files f = { 0 };
	char name[FILE_NAME_SIZE];
	uint64_t offset;
	int err = room ? files_open(l->folder, upto, &f, name, &offset) : -ENOMEM;

	if (!err && (f.unfinished || f.end != upto))
		err = -EBADMSG;
	if (!err) {
		s.fd = file_make(l->folder, FILE_NEW, FILE_SNAPSHOT, upto);
		err = s.fd < 0 ? s.fd : 0;
	}
	if (!err) {
		s.w = writer_new(room, BLOCK_ROOM);
		write_reserve(&s.w, BLOCK_HEADER);
		err = write_snapshot(&s, &f);
	}
	if (s.fd >= 0)
		close(s.fd);
	if (!err)
		err = publish(l, upto);
	if (err && s.fd >= 0)
		unlinkat(l->folder, FILE_NEW, 0);
	files_close(&f);
	free(room);
	*ret_size = s.size;
	return err;
}

void *log_compact_thread(void *log)
{
	struct log *l = log;

	setpriority(PRIO_PROCESS, 0, NICE); /* on Linux: of this thread alone */
	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		uint64_t upto = l->compact_upto, size = 0;
		int err;

		if (!upto) {
			pthread_cond_wait(&l->wake_compact, &l->lock);
			continue;
		}
		pthread_mutex_unlock(&l->lock);
		err = compact(l, upto, &size);
		pthread_mutex_lock(&l->lock);
		l->compact_upto = 0;
		l->compact_done = true;
		l->compact_error = err;
		l->compact_size = size;
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}
