/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <assert.h>
#include <string.h>

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bytes_equal_const(const void *a, const void *b, size_t n)
{
	/* volatile keeps the compiler from leaving the loop at the first difference */
	const volatile uint8_t *x = a, *y = b;
	uint8_t differs = 0;

	for (size_t i = 0; i < n; i++)
		differs |= x[i] ^ y[i];
	return differs == 0;
}

void bytes_wipe(void *p, size_t n)
{
	memset(p, 0, n);
	__asm__ volatile("" : : "r"(p) : "memory");
}

struct reader reader_new(struct bytes in)
{
	/* an empty view may have no address at all, and NULL + 0 is undefined in C */
	static const uint8_t nothing;
	const uint8_t *p = in.p ? in.p : &nothing;

	assert(in.p || in.n == 0);
	return (struct reader){ .p = p, .end = p + in.n };
}

size_t reader_left(const struct reader *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->p);
}

/* The next n octets, or NULL with the error set. */
static const uint8_t *take(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->failed || (size_t)(r->end - r->p) < n) {
		r->failed = true;
		return NULL;
	}
	r->p += n;
	return p;
}

static uint64_t read_int(struct reader *r, size_t n)
{
	const uint8_t *p = take(r, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t read_u8(struct reader *r)
{
	return (uint8_t)read_int(r, 1);
}

uint16_t read_u16(struct reader *r)
{
	return (uint16_t)read_int(r, 2);
}

uint32_t read_u32(struct reader *r)
{
	return (uint32_t)read_int(r, 4);
}

uint64_t read_u64(struct reader *r)
{
	return read_int(r, 8);
}

struct bytes read_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = take(r, n);

	return p ? (struct bytes){ p, n } : (struct bytes){ NULL, 0 };
}

void read_copy(struct reader *r, void *ret, size_t n)
{
	const uint8_t *p = take(r, n);

	if (p)
		memcpy(ret, p, n);
	else
		memset(ret, 0, n);
}

struct in_addr read_in4(struct reader *r)
{
	struct in_addr a;

	read_copy(r, &a, sizeof(a));
	return a;
}

struct in6_addr read_in6(struct reader *r)
{
	struct in6_addr a;

	read_copy(r, &a, sizeof(a));
	return a;
}

struct reader read_sub(struct reader *r, size_t n)
{
	struct reader sub = reader_new(read_bytes(r, n));

	sub.failed = r->failed;
	return sub;
}

struct writer writer_new(void *buf, size_t n)
{
	uint8_t *p = buf;

	return (struct writer){ .start = p, .p = p, .end = p + n };
}

struct bytes writer_bytes(const struct writer *w)
{
	return (struct bytes){ w->start, writer_length(w) };
}

size_t writer_length(const struct writer *w)
{
	return (size_t)(w->p - w->start);
}

uint8_t *write_reserve(struct writer *w, size_t n)
{
	uint8_t *p = w->p;

	if (w->failed || (size_t)(w->end - w->p) < n) {
		w->failed = true;
		return NULL;
	}
	w->p += n;
	return p;
}

static void put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = n; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}

static void write_int(struct writer *w, uint64_t v, size_t n)
{
	uint8_t *p = write_reserve(w, n);

	if (p)
		put(p, v, n);
}

void write_u8(struct writer *w, uint8_t v)
{
	write_int(w, v, 1);
}

void write_u16(struct writer *w, uint16_t v)
{
	write_int(w, v, 2);
}

void write_u32(struct writer *w, uint32_t v)
{
	write_int(w, v, 4);
}

void write_u64(struct writer *w, uint64_t v)
{
	write_int(w, v, 8);
}

void write_bytes(struct writer *w, struct bytes b)
{
	uint8_t *p = write_reserve(w, b.n);

	if (p && b.n)
		memcpy(p, b.p, b.n);
}

void write_zero(struct writer *w, size_t n)
{
	uint8_t *p = write_reserve(w, n);

	if (p)
		memset(p, 0, n);
}

void write_in4(struct writer *w, struct in_addr a)
{
	write_bytes(w, BYTES(&a, sizeof(a)));
}

void write_in6(struct writer *w, const struct in6_addr *a)
{
	write_bytes(w, BYTES(a, sizeof(*a)));
}

void write_u16_at(struct writer *w, size_t at, uint16_t v)
{
	if (w->failed)
		return;
	assert(at + 2 <= writer_length(w));
	put(w->start + at, v, 2);
}
