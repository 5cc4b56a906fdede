/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded reader and writer with a sticky error: the only place where a packet is touched by
 * pointer. Integers are network byte order on the wire and host byte order in C.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *p;
	size_t n;
};

#define BYTES(buf, len) ((struct bytes){ (const uint8_t *)(buf), (len) })

bool bytes_equal(struct bytes a, struct bytes b);
/* Equal in time that depends on n alone; for authenticators and keys. */
bool bytes_equal_const(const void *a, const void *b, size_t n);
/* Overwrites n octets in a way that the compiler may not drop. */
void bytes_wipe(void *p, size_t n);

/* Reads past the end return zero and set `failed`, which then stays. */
struct reader {
	const uint8_t *p, *end;
	bool failed;
};

struct reader reader_new(struct bytes in);
size_t reader_left(const struct reader *r);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
/* A view of the next n octets; {NULL, 0} on failure. */
struct bytes read_bytes(struct reader *r, size_t n);
void read_copy(struct reader *r, void *ret, size_t n);
struct in_addr read_in4(struct reader *r); /* stays in network byte order */
struct in6_addr read_in6(struct reader *r);
/* A reader over the next n octets, which the outer reader skips; failed if they are not there. */
struct reader read_sub(struct reader *r, size_t n);

/* Writes past the end write nothing and set `failed`, which then stays. */
struct writer {
	uint8_t *start, *p, *end;
	bool failed;
};

struct writer writer_new(void *buf, size_t n);
/* What has been written so far. */
struct bytes writer_bytes(const struct writer *w);
size_t writer_length(const struct writer *w);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_bytes(struct writer *w, struct bytes b);
void write_zero(struct writer *w, size_t n);
void write_in4(struct writer *w, struct in_addr a);
void write_in6(struct writer *w, const struct in6_addr *a);
/* Reserves n octets for a later fill; NULL on failure. */
uint8_t *write_reserve(struct writer *w, size_t n);
/* Puts v over two octets already written at offset `at` from the start: lengths and checksums. */
void write_u16_at(struct writer *w, size_t at, uint16_t v);
