/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one line per thing that happened, key=value, on stderr. With a priority in front where
 * the journal reads it, with the time where nobody else adds it.
 */
#pragma once

#include "base/net.h"

enum log_level { /* the journal's numbers (RFC 5424 6.2.1) */
		 LOG_LEVEL_ERROR = 3,
		 LOG_LEVEL_WARNING = 4,
		 LOG_LEVEL_INFO = 6,
};

struct log_line {
	char text[1024]; /* the longest NAI, a path and some addresses */
	size_t n;
	enum log_level level;
};

void log_init(void);
/* While held, lines wait for log_flush: a batch of them costs one write. Errors do not wait, nor
 * what was said before them. Letting go flushes. */
void log_hold(bool hold);
/* Writes the lines that wait, in their order. */
void log_flush(void);
struct log_line log_begin(enum log_level level, const char *message);
/* Quoted if need be; what a peer sent cannot break the line. */
void log_bytes(struct log_line *l, const char *key, struct bytes value);
void log_text(struct log_line *l, const char *key, const char *value);
void log_number(struct log_line *l, const char *key, uint64_t value);
void log_in4(struct log_line *l, const char *key, struct in_addr a);
void log_in6(struct log_line *l, const char *key, const struct in6_addr *a);
void log_end(struct log_line *l);
/* A line that is only a sentence. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text as it is, line by line complete in itself: mistakes in files. */
void log_plain(enum log_level level, const char *text);
