/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HELD_BYTES (64u << 10) /* as much as a pipe takes at once */

static bool journal;
static bool holding;
static struct {
	char text[HELD_BYTES];
	size_t n;
} held;

/* systemd.exec(5): JOURNAL_STREAM holds device and inode of the stream that the journal reads. */
void log_init(void)
{
	const char *s = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	journal = s && sscanf(s, "%llu:%llu", &device, &inode) == 2 &&
		  fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static void add(struct log_line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct log_line *l, const char *format, ...)
{
	size_t room = sizeof(l->text) - l->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->n, room, format, args);
	va_end(args);
	if (n > 0)
		l->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_octets(struct log_line *l, struct bytes v)
{
	const size_t room = sizeof(l->text) - 1 - l->n;
	const size_t n = v.n < room ? v.n : room;

	memcpy(l->text + l->n, v.p, n);
	l->n += n;
}

static void add_text(struct log_line *l, const char *s)
{
	add_octets(l, BYTES(s, strlen(s)));
}

/* With zeros in front, to so many digits. */
static void add_digits(struct log_line *l, uint64_t v, size_t digits)
{
	char text[20], *p = text + sizeof(text);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v || (size_t)(text + sizeof(text) - p) < digits);
	add_octets(l, BYTES(p, (size_t)(text + sizeof(text) - p)));
}

static void add_key(struct log_line *l, const char *key)
{
	add_text(l, " ");
	add_text(l, key);
	add_text(l, "=");
}

/* The text of a second is made once: a batch has many lines in it. */
static void add_time(struct log_line *l)
{
	static char text[32];
	static time_t second = -1;
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != second) {
		gmtime_r(&now.tv_sec, &tm);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
		second = now.tv_sec;
	}
	add_text(l, "time=");
	add_text(l, text);
	add_text(l, ".");
	add_digits(l, (uint64_t)now.tv_nsec / 1000000, 3);
	add_text(l, "Z ");
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_INFO:
		return "info";
	}
	return "";
}

static bool is_plain(struct bytes v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] <= ' ' || v.p[i] > '~' || v.p[i] == '"' || v.p[i] == '\\' ||
		    v.p[i] == '=')
			return false;
	return v.n > 0;
}

static void add_value(struct log_line *l, struct bytes v)
{
	if (is_plain(v)) {
		add_octets(l, v);
		return;
	}
	add(l, "\"");
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			add(l, "\\%c", v.p[i]);
		else if (v.p[i] < ' ' || v.p[i] == 0x7f)
			add(l, "\\x%02x", v.p[i]);
		else
			add(l, "%c", v.p[i]);
	}
	add(l, "\"");
}

struct log_line log_begin(enum log_level level, const char *message)
{
	struct log_line l;

	l.level = level;
	l.n = 0;

	if (journal)
		add(&l, "<%d>", level);
	else
		add_time(&l);
	add_text(&l, "level=");
	add_text(&l, level_name(level));
	add_text(&l, " msg=");
	add_value(&l, BYTES(message, strlen(message)));
	return l;
}

void log_bytes(struct log_line *l, const char *key, struct bytes value)
{
	add_key(l, key);
	add_value(l, value);
}

void log_text(struct log_line *l, const char *key, const char *value)
{
	log_bytes(l, key, BYTES(value, strlen(value)));
}

void log_number(struct log_line *l, const char *key, uint64_t value)
{
	add_key(l, key);
	add_digits(l, value, 1);
}

void log_in4(struct log_line *l, const char *key, struct in_addr a)
{
	char text[INET_ADDRSTRLEN];

	add_key(l, key);
	add_text(l, inet_ntop(AF_INET, &a, text, sizeof(text)));
}

void log_in6(struct log_line *l, const char *key, const struct in6_addr *a)
{
	char text[INET6_ADDRSTRLEN];

	add_key(l, key);
	add_text(l, inet_ntop(AF_INET6, a, text, sizeof(text)));
}

void log_hold(bool hold)
{
	holding = hold;
	log_flush();
}

void log_flush(void)
{
	const char *p = held.text;

	while (held.n) {
		ssize_t n = write(STDERR_FILENO, p, held.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break; /* there is nobody left to tell */
		p += n;
		held.n -= (size_t)n;
	}
	held.n = 0;
}

void log_end(struct log_line *l)
{
	if (l->n == sizeof(l->text) - 1)
		l->n--; /* cut: the end of the line is worth more than its last character */
	l->text[l->n++] = '\n';
	if (sizeof(held.text) - held.n < l->n)
		log_flush();
	memcpy(held.text + held.n, l->text, l->n);
	held.n += l->n;
	/* Whole lines in one write, so that lines of several processes do not mix. */
	if (!holding || l->level == LOG_LEVEL_ERROR)
		log_flush();
}

void log_say(enum log_level level, const char *format, ...)
{
	struct log_line l;
	char text[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	l = log_begin(level, text);
	log_end(&l);
}

void log_plain(enum log_level level, const char *text)
{
	log_flush();
	if (journal)
		fprintf(stderr, "<%d>%s\n", level, text);
	else
		fprintf(stderr, "%s\n", text);
}
