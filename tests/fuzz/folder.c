/* SPDX-License-Identifier: Apache-2.0 */
/* A folder in memory, as far as the store reads and cuts one. What is mapped ends where the file
 * does, so that AddressSanitizer sees what reads beyond. */
#define FOLDER_ITSELF
#include "folder.h"

#include <errno.h>

#include "folder_files.h"
#include "fuzz.h"

#define FD_FOLDER 1000
#define FD_FILE   1001 /* that of the first, the others follow */

struct folder_file folder_files[FOLDER_FILES];

static size_t reading; /* the next file that readdir tells of */

static struct folder_file *of(int fd)
{
	assert(fd >= FD_FILE && fd < FD_FILE + FOLDER_FILES);
	assert(*folder_files[fd - FD_FILE].name);
	return &folder_files[fd - FD_FILE];
}

static struct folder_file *by_name(const char *name)
{
	for (int i = 0; i < FOLDER_FILES; i++)
		if (strcmp(folder_files[i].name, name) == 0)
			return &folder_files[i];
	return NULL;
}

struct folder_file *folder_make(const char *name)
{
	struct folder_file *f = by_name(name);

	if (!f)
		f = by_name("");
	if (!f)
		return NULL;
	assert(strlen(name) < sizeof(f->name));
	strcpy(f->name, name);
	f->n = 0;
	return f;
}

int folder_openat(int fd, const char *name, int flags, ...)
{
	struct folder_file *f = by_name(name);

	if (strcmp(name, ".") == 0)
		return FD_FOLDER;
	if (flags & O_CREAT)
		f = folder_make(name);
	if (!f) {
		errno = flags & O_CREAT ? ENOSPC : ENOENT;
		return -1;
	}
	return FD_FILE + (int)(f - folder_files);
}

int folder_fstat(int fd, struct stat *st)
{
	*st = (struct stat){ .st_mode = S_IFREG | 0600, .st_size = (off_t)of(fd)->n };
	return 0;
}

int folder_close(int fd)
{
	return 0;
}

ssize_t folder_pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct folder_file *f = of(fd);

	if ((size_t)at + n > sizeof(f->b)) {
		errno = ENOSPC;
		return -1;
	}
	memcpy(f->b + at, p, n);
	if ((size_t)at + n > f->n)
		f->n = (size_t)at + n;
	return (ssize_t)n;
}

int folder_ftruncate(int fd, off_t n)
{
	assert((size_t)n <= of(fd)->n);
	of(fd)->n = (size_t)n;
	return 0;
}

int folder_unlinkat(int fd, const char *name, int flags)
{
	struct folder_file *f = by_name(name);

	assert(f);
	*f->name = 0;
	return 0;
}

void *folder_mmap(void *at, size_t n, int access, int flags, int fd, off_t offset)
{
	if (flags & MAP_ANONYMOUS)
		return calloc(1, n);
	assert(n == of(fd)->n && offset == 0);
	return fuzz_copy(BYTES(of(fd)->b, n));
}

int folder_munmap(void *p, size_t n)
{
	free(p);
	return 0;
}

int folder_madvise(void *p, size_t n, int advice)
{
	return 0;
}

DIR *folder_fdopendir(int fd)
{
	assert(fd == FD_FOLDER);
	reading = 0;
	return (DIR *)&reading;
}

struct dirent *folder_readdir(DIR *d)
{
	static struct dirent entry;

	while (reading < FOLDER_FILES) {
		const struct folder_file *f = &folder_files[reading++];

		if (!*f->name)
			continue;
		strcpy(entry.d_name, f->name);
		return &entry;
	}
	return NULL;
}

int folder_closedir(DIR *d)
{
	return 0;
}

ssize_t folder_getrandom(void *p, size_t n, unsigned flags)
{
	memset(p, 7, n);
	return (ssize_t)n;
}
