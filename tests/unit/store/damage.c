/* SPDX-License-Identifier: Apache-2.0 */
/* Stores that are cut short, changed, of another version, on a full or a failing disk. */
#include "bed.h"
#include "store/files.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#define FILE_MAX (256 << 10)
#define ROOM     "size=1m" /* of the disk that gets full */

static char top[64], path[128];
static atomic_bool disk_fails;

/* What the store calls: the program's own stands before the C library's. */
int fdatasync(int fd)
{
	if (disk_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return fdatasync(fd);
}

static void begin(void)
{
	bed_remove(top);
	assert_int_equal(mkdir(top, 0700), 0);
}

struct content {
	char name[512];
	size_t n;
	uint8_t octets[FILE_MAX];
};

static void read_content(const char *name, struct content *ret)
{
	FILE *f;

	snprintf(ret->name, sizeof(ret->name), "%s", name);
	f = fopen(name, "r");
	assert_non_null(f);
	ret->n = fread(ret->octets, 1, sizeof(ret->octets), f);
	assert_true(ret->n < sizeof(ret->octets));
	fclose(f);
}

static void write_content(const struct content *c, size_t n)
{
	FILE *f = fopen(c->name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(c->octets, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The first log, which is the only file. */
static void read_log(struct content *ret)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/log-%016x", path, 0);
	read_content(name, ret);
}

static int try_open(char why[512])
{
	struct store *s;
	int err = store_open(path, STORE_SYNC_BATCH, 0, &s, why, 512);

	if (!err)
		store_close(s);
	return err;
}

static void assert_unchanged(const struct content *c)
{
	static struct content now;

	read_content(c->name, &now);
	assert_int_equal(now.n, c->n);
	assert_memory_equal(now.octets, c->octets, c->n);
}

/* Committed, and as a killed process leaves it: the last block is the last transaction's. */
static void leave_unclosed(uint32_t transactions, struct content *ret)
{
	struct store *s = bed_open(path, STORE_SYNC_BATCH);

	for (uint32_t n = 1; n <= transactions; n++)
		assert_int_equal(bed_commit(s, n), 0);
	read_log(ret);
	store_close(s);
}

static void a_half_written_end_is_cut_off_whole(void **state)
{
	static struct content c;
	size_t last = FILE_HEADER;
	struct block b;

	begin();
	leave_unclosed(3, &c);
	for (size_t at = last; at < c.n; at += BLOCK_HEADER + b.length) {
		last = at;
		b = block_at(c.octets + at);
	}
	for (size_t n = last; n < c.n; n++) {
		struct store *s;
		uint32_t is;

		begin();
		assert_int_equal(mkdir(path, 0700), 0);
		write_content(&c, n);
		s = bed_open(path, STORE_SYNC_BATCH);
		assert_true(bed_load(s, &is));
		assert_int_equal(is, 2);
		/* nothing of it comes back behind what is written next */
		assert_int_equal(bed_commit(s, 3), 0);
		assert_int_equal(bed_reopen(&s, path, STORE_SYNC_BATCH), 3);
		store_close(s);
	}
}

/* Ends exactly where a log begins that was given up with what stood before it. */
static void what_was_given_up_does_not_come_back(void **state)
{
	static struct content c, later;
	struct record r = { BYTES("bhost0@example.net", 18), BYTES("no version", 10), false };
	struct writer w = writer_new(later.octets + FILE_HEADER, 256);
	struct store *s;
	uint32_t is;

	begin();
	leave_unclosed(2, &c);
	write_content(&c, c.n - 1);
	snprintf(later.name, sizeof(later.name), "%s/log-%016zx", path, c.n);
	file_header_write(later.octets, FILE_LOG, c.n);
	write_reserve(&w, BLOCK_HEADER);
	record_write(&w, &r);
	block_seal(later.octets + FILE_HEADER, writer_length(&w), 1, c.n + FILE_HEADER, 0);
	write_content(&later, FILE_HEADER + writer_length(&w));
	s = bed_open(path, STORE_SYNC_BATCH);
	assert_true(bed_load(s, &is));
	assert_int_equal(is, 1);
	assert_int_equal(bed_commit(s, 2), 0);
	read_log(&c);
	/* as if killed here */
	assert_int_equal(store_close(s), 0);
	write_content(&c, c.n);
	s = bed_open(path, STORE_SYNC_BATCH);
	assert_true(bed_load(s, &is));
	assert_int_equal(is, 2);
	store_close(s);
}

static void a_changed_octet_is_reported_and_nothing_touched(void **state)
{
	static struct content c;
	struct store *s;
	char why[512];

	begin();
	s = bed_open(path, STORE_SYNC_BATCH);
	for (uint32_t n = 1; n <= 3; n++)
		assert_int_equal(bed_commit(s, n), 0);
	assert_int_equal(store_close(s), 0);
	read_log(&c);
	/* all but the last block, which says no more than that the store was closed */
	for (size_t at = 0; at < c.n - BLOCK_HEADER; at++) {
		c.octets[at] ^= 1 << at % 8;
		write_content(&c, c.n);
		assert_int_equal(try_open(why), -EBADMSG);
		assert_non_null(strstr(why, "log-0000000000000000"));
		assert_unchanged(&c);
		c.octets[at] ^= 1 << at % 8;
	}
	write_content(&c, c.n);
	assert_int_equal(try_open(why), 0);
}

/* Commits until the store has a snapshot and closes it. */
static uint32_t make_snapshot(char ret_name[512])
{
	struct store *s = bed_open(path, STORE_SYNC_INTERVAL);
	struct dirent *entry;
	uint32_t n = 0;

	for (*ret_name = 0; !*ret_name;) {
		DIR *d = opendir(path);

		assert_int_equal(bed_commit(s, ++n), 0);
		while ((entry = readdir(d)))
			if (strncmp(entry->d_name, "snapshot-", 9) == 0)
				snprintf(ret_name, 512, "%s/%s", path, entry->d_name);
		closedir(d);
	}
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), n);
	store_close(s);
	return n;
}

static void a_damaged_snapshot_is_reported_and_nothing_touched(void **state)
{
	static struct content c;
	char name[512], why[512];

	begin();
	make_snapshot(name);
	read_content(name, &c);
	for (size_t at = 0; at < c.n; at += 1 + at % 7) {
		c.octets[at] ^= 0x10;
		write_content(&c, c.n);
		assert_int_equal(try_open(why), -EBADMSG);
		assert_unchanged(&c);
		c.octets[at] ^= 0x10;
	}
	for (size_t n = 0; n < c.n; n += 1 + n % 7) {
		write_content(&c, n);
		assert_int_equal(try_open(why), -EBADMSG);
	}
	assert_int_equal(unlink(name), 0);
	assert_int_equal(try_open(why), -EBADMSG);
	write_content(&c, c.n);
	assert_int_equal(try_open(why), 0);
}

static void a_newer_version_is_refused_and_said_to_be_one(void **state)
{
	static struct content c;
	struct writer w;
	char why[512];

	begin();
	leave_unclosed(3, &c);
	/* "NM4STORE", version, kind, start, checksum */
	file_header_write(c.octets, FILE_LOG, 0);
	w = writer_new(c.octets + 8, 4);
	write_u32(&w, STORE_VERSION + 1);
	w = writer_new(c.octets + 24, 8);
	write_u64(&w, XXH3_64bits(c.octets, 24));
	write_content(&c, c.n);
	assert_int_equal(try_open(why), -ENOTSUP);
	assert_non_null(strstr(why, "newer version"));
	assert_unchanged(&c);
}

/* A disk of its own, in a namespace of its own, for one test. False if that may not be made. */
static bool mount_small(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", top, "tmpfs", 0, ROOM) == 0;
}

static void fill_disk(int fd)
{
	static const uint8_t page[4096];

	while (write(fd, page, sizeof(page)) > 0)
		;
}

static void a_full_disk_refuses_commits_until_there_is_room(void **state)
{
	char ballast[128];
	struct store *s;
	uint32_t n = 0;
	int err = 0, fd;

	begin();
	if (!mount_small())
		SKIP("mounting a small disk needs root");
	snprintf(ballast, sizeof(ballast), "%s/ballast", top);
	s = bed_open(path, STORE_SYNC_INTERVAL);
	for (int round = 0; round < 3; round++) {
		for (uint32_t last = n + 40; n < last; n++)
			assert_int_equal(bed_commit(s, n + 1), 0);
		fd = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		/* a snapshot being made may give back some room, several times */
		for (fill_disk(fd); (err = bed_commit(s, n + 1)) == 0; fill_disk(fd))
			n++;
		assert_int_equal(err, -ENOSPC);
		close(fd);
		unlink(ballast);
		assert_int_equal(bed_commit(s, n + 1), 0);
		n++;
		/* nothing of what was refused is there */
		if (round == 1)
			assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), n);
	}
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), n);
	assert_int_equal(store_close(s), 0);
	umount(top);
}

static void a_folder_that_cannot_be_written_is_refused_with_a_reason(void **state)
{
	char why[512];
	struct store *s;

	begin();
	if (!mount_small())
		SKIP("mounting a read-only disk needs root");
	s = bed_open(path, STORE_SYNC_BATCH);
	assert_int_equal(bed_commit(s, 1), 0);
	store_close(s);
	assert_int_equal(mount("none", top, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(try_open(why), -EROFS);
	assert_non_null(strstr(why, path));
	snprintf(path, sizeof(path), "%s/other", top);
	assert_int_equal(try_open(why), -EROFS);
	assert_non_null(strstr(why, path));
	snprintf(path, sizeof(path), "%s/store", top);
	umount(top);
}

/* Until the disk works again and all was written anew, which is done in the background. */
static void commit_until_stored(struct store *s, uint32_t n)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	time_t end = time(NULL) + 20;

	while (bed_commit(s, n) != 0) {
		assert_true(time(NULL) < end);
		nanosleep(&pause, NULL);
	}
}

static void a_failed_sync_stores_nothing_until_all_is_written_anew(void **state)
{
	for (int sync = STORE_SYNC_INTERVAL; sync <= STORE_SYNC_BATCH; sync++) {
		uint32_t n = 5;
		char why[512];
		struct store *s;

		begin();
		s = bed_open(path, sync);
		for (uint32_t i = 1; i <= n; i++)
			assert_int_equal(bed_commit(s, i), 0);
		disk_fails = true;
		/* with an interval, some are taken before the thread finds out */
		for (time_t end = time(NULL) + 20; bed_commit(s, n + 1) == 0; n++)
			assert_true(time(NULL) < end);
		assert_int_equal(bed_commit(s, n + 1), -EIO);
		assert_int_equal(store_trouble(s, why, sizeof(why)), -EIO);
		assert_non_null(strstr(why, path));
		disk_fails = false;
		commit_until_stored(s, n + 1);
		assert_int_equal(store_trouble(s, why, sizeof(why)), 0);
		assert_int_equal(bed_commit(s, n + 2), 0);
		assert_int_equal(bed_reopen(&s, path, sync), n + 2);
		store_close(s);
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_half_written_end_is_cut_off_whole, ""),
		TEST(what_was_given_up_does_not_come_back, ""),
		TEST(a_changed_octet_is_reported_and_nothing_touched, ""),
		TEST(a_damaged_snapshot_is_reported_and_nothing_touched, ""),
		TEST(a_newer_version_is_refused_and_said_to_be_one, ""),
		TEST(a_failed_sync_stores_nothing_until_all_is_written_anew, ""),
		TEST(a_full_disk_refuses_commits_until_there_is_room, ""),
		TEST(a_folder_that_cannot_be_written_is_refused_with_a_reason, ""),
	};
	int failed;

	bed_folder(top);
	snprintf(path, sizeof(path), "%s/store", top);
	failed = TESTS_RUN("unit/store-damage", tests);
	bed_remove(top);
	return failed;
}
