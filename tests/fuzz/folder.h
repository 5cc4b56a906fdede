/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Put in front of the store's code that reads and cuts files (meson.build): what it asks of the
 * file system is answered by fuzz_store.c, from a folder in memory. All system headers that declare
 * these functions come first, so that the names mean the folder's only in the store's own code.
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

int folder_openat(int fd, const char *name, int flags, ...);
int folder_fstat(int fd, struct stat *st);
int folder_close(int fd);
ssize_t folder_pwrite(int fd, const void *p, size_t n, off_t at);
int folder_ftruncate(int fd, off_t n);
int folder_unlinkat(int fd, const char *name, int flags);
void *folder_mmap(void *at, size_t n, int access, int flags, int fd, off_t offset);
int folder_munmap(void *p, size_t n);
int folder_madvise(void *p, size_t n, int advice);
DIR *folder_fdopendir(int fd);
struct dirent *folder_readdir(DIR *d);
int folder_closedir(DIR *d);
ssize_t folder_getrandom(void *p, size_t n, unsigned flags);

#ifndef FOLDER_ITSELF
#define openat    folder_openat
#define fstat     folder_fstat
#define close     folder_close
#define pwrite    folder_pwrite
#define ftruncate folder_ftruncate
#define unlinkat  folder_unlinkat
#define mmap      folder_mmap
#define munmap    folder_munmap
#define madvise   folder_madvise
#define fdopendir folder_fdopendir
#define readdir   folder_readdir
#define closedir  folder_closedir
#define getrandom folder_getrandom
#endif
