/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a store that was left in whatever state. Where the logs stop being whole is either the
 * unfinished end that a kill or a power loss leaves, and is cut off; or it is damage. It is damage
 * if any later block, wherever it stands, was written when the place was known to be on the disk.
 */
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map(int folder, struct file *f)
{
	char name[FILE_NAME_SIZE];
	struct stat st;
	void *p = NULL;
	int fd, err = 0;

	file_name(name, f->kind, f->start);
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err = -errno;
	} else if (st.st_size > 0) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			err = -errno;
		else
			f->content = BYTES(p, (size_t)st.st_size);
	}
	/* What the disk cannot read is an error here, and not a signal later. */
	if (f->content.p && madvise(p, f->content.n, MADV_POPULATE_READ) < 0)
		err = errno == EFAULT ? -EIO : -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* Checks one block after the other from the header on; `ret_at` is where that ended. */
static int walk(struct file *f, size_t *ret_at)
{
	struct block b = { .records = 1 };
	size_t at = FILE_HEADER, room = 0;

	/* a snapshot ends with its first empty block, a log may have been closed and gone on */
	while (f->kind == FILE_LOG || b.records) {
		if (!block_read(BYTES(f->content.p + at, f->content.n - at), f->start + at, &b))
			break;
		if (f->n_blocks == room) {
			size_t *more;

			room = room ? 2 * room : 64;
			more = realloc(f->blocks, room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			f->blocks = more;
		}
		f->blocks[f->n_blocks++] = at;
		f->records += b.records;
		if (b.records > f->records_max)
			f->records_max = b.records;
		at += BLOCK_HEADER + b.length;
	}
	*ret_at = at;
	return 0;
}

/* Whether a block of the file, from this offset on, proves that `end` was on the disk. */
static bool promised(const struct file *f, size_t from, uint64_t end)
{
	struct block b;

	while (block_find(f->content, from, f->start, &b)) {
		if (b.synced > end)
			return true;
		from = (size_t)(b.payload.p - f->content.p);
	}
	return false;
}

/* A snapshot was synced before it got its name: it is whole or damaged. */
static int check_snapshot(struct files *f, struct file *file, size_t *ret_at)
{
	int err = file_header_check(file->content, FILE_SNAPSHOT, file->start);
	struct block last;

	if (!err)
		err = walk(file, ret_at);
	if (err)
		return err;
	f->end = file->start;
	last = file->n_blocks ? block_at(file->content.p + file->blocks[file->n_blocks - 1])
			      : (struct block){ .records = 1 };
	return last.records == 0 && *ret_at == file->content.n ? 0 : -EBADMSG;
}

static int check_log(struct files *f, size_t i, size_t *ret_at)
{
	struct file *file = &f->file[i];
	int err = 0;

	/* its end missing is no different from the whole file missing */
	if (!f->unfinished && file->start == f->end) {
		err = file_header_check(file->content, FILE_LOG, file->start);
		if (!err) {
			err = walk(file, ret_at);
			f->end += *ret_at;
			f->n_whole = i + 1;
		} else if (err == -EBADMSG) {
			err = 0;
		}
	}
	if (err || (f->n_whole > i && *ret_at == file->content.n))
		return err;
	f->unfinished = true;
	return promised(file, f->n_whole > i ? *ret_at : 0, f->end) ? -EBADMSG : 0;
}

/* Names the place where the whole part ends. */
static void name_end(const struct files *f, size_t i, char ret_name[FILE_NAME_SIZE],
		     uint64_t *ret_offset)
{
	const struct file *file = &f->file[i];

	if (file->kind == FILE_LOG && f->n_whole && f->file[f->n_whole - 1].kind == FILE_LOG)
		file = &f->file[f->n_whole - 1];
	file_name(ret_name, file->kind, file->start);
	*ret_offset = f->end > file->start ? f->end - file->start : 0;
}

int files_open(int folder, uint64_t upto, struct files *ret, char ret_name[FILE_NAME_SIZE],
	       uint64_t *ret_offset)
{
	struct files f;
	int err = files_list(folder, &f);

	snprintf(ret_name, FILE_NAME_SIZE, ".");
	if (err)
		return err;
	for (size_t i = 0; !err && i < f.n && f.file[i].start < upto; i++) {
		struct file *file = &f.file[i];
		size_t at = 0;

		err = map(folder, file);
		if (!err && file->kind == FILE_SNAPSHOT) {
			err = check_snapshot(&f, file, &at);
			f.n_whole = 1;
		} else if (!err) {
			err = check_log(&f, i, &at);
		}
		if (err)
			name_end(&f, i, ret_name, ret_offset);
		if (err && file->kind == FILE_SNAPSHOT)
			*ret_offset = at;
	}
	if (err)
		files_close(&f);
	else
		*ret = f;
	return err;
}

void files_close(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->file[i].content.p)
			munmap((void *)(uintptr_t)f->file[i].content.p, f->file[i].content.n);
		free(f->file[i].blocks);
	}
	free(f->file);
	*f = (struct files){ 0 };
}

static int cut_file(int folder, const struct file *f, uint64_t length)
{
	char name[FILE_NAME_SIZE];
	int fd, err = 0;

	file_name(name, f->kind, f->start);
	fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)length) < 0)
		err = -errno;
	close(fd);
	return err;
}

int files_cut(int folder, const struct files *f)
{
	const struct file *last = f->n_whole ? &f->file[f->n_whole - 1] : NULL;
	int err = 0;

	if (!f->unfinished)
		return 0;
	if (last && last->kind == FILE_LOG)
		err = cut_file(folder, last, f->end - last->start);
	for (size_t i = f->n_whole; !err && i < f->n; i++) {
		char name[FILE_NAME_SIZE];

		file_name(name, f->file[i].kind, f->file[i].start);
		if (unlinkat(folder, name, 0) < 0)
			err = -errno;
	}
	return err;
}
