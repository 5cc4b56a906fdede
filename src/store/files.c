/* SPDX-License-Identifier: Apache-2.0 */
#include "store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const prefixes[] = { [FILE_LOG] = "log-", [FILE_SNAPSHOT] = "snapshot-" };

void file_name(char ret[FILE_NAME_SIZE], enum file_kind kind, uint64_t start)
{
	snprintf(ret, FILE_NAME_SIZE, "%s%016llx", prefixes[kind], (unsigned long long)start);
}

/* Whether a file is one of the store's. */
static bool read_name(const char *name, enum file_kind *kind, uint64_t *start)
{
	for (*kind = FILE_LOG; *kind <= FILE_SNAPSHOT; (*kind)++) {
		size_t n = strlen(prefixes[*kind]);
		char same[FILE_NAME_SIZE];

		if (strncmp(name, prefixes[*kind], n) != 0)
			continue;
		*start = strtoull(name + n, NULL, 16);
		file_name(same, *kind, *start);
		return strcmp(name, same) == 0;
	}
	return false;
}

int file_write(int fd, struct bytes b, uint64_t offset)
{
	while (b.n) {
		ssize_t n = pwrite(fd, b.p, b.n, (off_t)offset);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -EIO;
		if (n > 0) {
			b = BYTES(b.p + n, b.n - (size_t)n);
			offset += (uint64_t)n;
		}
	}
	return 0;
}

int file_sync(int fd)
{
	return fsync(fd) < 0 ? -errno : 0;
}

int file_make(int folder, const char *name, enum file_kind kind, uint64_t start)
{
	uint8_t header[FILE_HEADER];
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int err;

	if (fd < 0)
		return -errno;
	file_header_write(header, kind, start);
	err = file_write(fd, BYTES(header, sizeof(header)), 0);
	if (!err)
		return fd;
	close(fd);
	unlinkat(folder, name, 0);
	return err;
}

static int add_file(struct files *f, enum file_kind kind, uint64_t start)
{
	struct file *more = realloc(f->file, (f->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	f->file = more;
	f->file[f->n++] = (struct file){ .kind = kind, .start = start };
	return 0;
}

/* By start, and the snapshot before the log that goes on from it. */
static int in_order(const void *a, const void *b)
{
	const struct file *l = a, *r = b;

	if (l->start != r->start)
		return l->start < r->start ? -1 : 1;
	return (l->kind == FILE_LOG) - (r->kind == FILE_LOG);
}

/* All files of the store, in order. */
static int list_all(int folder, struct files *f)
{
	/* opened anew, because the place of reading belongs to what was opened */
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && (errno = 0, entry = readdir(d))) {
		enum file_kind kind;
		uint64_t start;

		if (read_name(entry->d_name, &kind, &start))
			err = add_file(f, kind, start);
	}
	if (!err && errno)
		err = -errno;
	closedir(d);
	if (f->n)
		qsort(f->file, f->n, sizeof(*f->file), in_order);
	return err;
}

int files_list(int folder, struct files *ret)
{
	struct files f = { 0 };
	size_t first = 0;
	int err = list_all(folder, &f);

	if (err) {
		files_close(&f);
		return err;
	}
	for (size_t i = 0; i < f.n; i++)
		if (f.file[i].kind == FILE_SNAPSHOT)
			first = i;
	f.n -= first;
	if (first)
		memmove(f.file, f.file + first, f.n * sizeof(*f.file));
	*ret = f;
	return 0;
}

int files_remove_before(int folder, uint64_t snapshot)
{
	struct files f = { 0 };
	int err = list_all(folder, &f);

	for (size_t i = 0; !err && i < f.n && f.file[i].start < snapshot; i++) {
		char name[FILE_NAME_SIZE];

		file_name(name, f.file[i].kind, f.file[i].start);
		if (unlinkat(folder, name, 0) < 0)
			err = -errno;
	}
	files_close(&f);
	return err;
}
