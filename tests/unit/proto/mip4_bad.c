/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every golden message made wrong in every mechanical way: cut, an extension doubled, moved, left
 * out, resized, a foreign one put in. Unless the test is about that, the authenticators are made
 * anew, so that they do not hide what the codec says. What may stand where is written down here a
 * second time, from RFC 5944 1.8, 3.6.1.3 and 3.8.3.3, RFC 2794 2 and draft 4.3.
 */
#include "proto/mip4.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/mac.h"
#include "test.h"
#include "vector.h"

#define EXTS_MAX 8

enum key { MN_HA, FA_HA, MN_HA_SHA, FA_HA_SHA, MN_HA_MD5, MN_HA_MD5_LEGACY, KEYS };
static struct mip4_sa sas[KEYS];

static const struct golden {
	const char *name;
	enum key mn, fa;
} goldens[] = {
	{ "mip4/1-request-ar.hex", MN_HA, FA_HA },
	{ "mip4/2-reply-ar.hex", MN_HA, FA_HA },
	{ "mip4/3-request-an.hex", MN_HA, FA_HA },
	{ "mip4/4-reply-an.hex", MN_HA, FA_HA },
	{ "mip4/5-revocation.hex", MN_HA, FA_HA },
	{ "mip4/6-revocation-ack.hex", MN_HA, FA_HA },
	{ "mip4/7-request-ar-gre-sha256.hex", MN_HA_SHA, FA_HA_SHA },
	{ "mip4/8-reply-133.hex", MN_HA, FA_HA },
	{ "mip4/9-request-md5.hex", MN_HA_MD5, FA_HA },
	{ "mip4/10-request-md5-legacy.hex", MN_HA_MD5_LEGACY, FA_HA },
};

/* One extension as it stands in a message, header included. */
struct ext {
	uint8_t b[4 + 255];
	size_t n;
};

/* A message in pieces. */
struct pieces {
	const struct golden *g;
	uint8_t fixed[24];
	size_t n_fixed;
	struct ext e[EXTS_MAX];
	size_t n;
};

static bool is_auth(const struct ext *e)
{
	return e->b[0] == MIP4_MHAE || e->b[0] == MIP4_FHAE;
}

static size_t header_of(const struct ext *e)
{
	return e->b[0] == 48 ? 4 : 2;
}

static struct pieces take_apart(const struct golden *g)
{
	struct vector v = vector_read(g->name);
	struct pieces p = { .g = g };

	switch ((enum mip4_type)v.b[0]) {
	case MIP4_RRQ:
		p.n_fixed = 24;
		break;
	case MIP4_RRP:
	case MIP4_REVOCATION:
		p.n_fixed = 20;
		break;
	case MIP4_REVOCATION_ACK:
		p.n_fixed = 12;
		break;
	}
	memcpy(p.fixed, v.b, p.n_fixed);
	for (size_t at = p.n_fixed; at < v.n; at += p.e[p.n++].n) {
		struct ext *e = &p.e[p.n];

		e->n = v.b[at] == 48 ? 4 + (size_t)v.b[at + 3] : 2 + (size_t)v.b[at + 1];
		assert_true(at + e->n <= v.n && p.n < EXTS_MAX);
		memcpy(e->b, v.b + at, e->n);
	}
	return p;
}

static void insert(struct pieces *p, size_t at, const struct ext *e)
{
	struct ext copy = *e;

	assert_true(p->n < EXTS_MAX && at <= p->n);
	memmove(&p->e[at + 1], &p->e[at], (p->n - at) * sizeof(copy));
	p->e[at] = copy;
	p->n++;
}

static struct ext leave_out(struct pieces *p, size_t at)
{
	struct ext e = p->e[at];

	p->n--;
	memmove(&p->e[at], &p->e[at + 1], (p->n - at) * sizeof(e));
	return e;
}

static const struct mip4_sa *sa_of(const struct golden *g, uint8_t type)
{
	return &sas[type == MIP4_MHAE ? g->mn : g->fa];
}

/* The octets of the message in memory of just that size, for the sanitizer, to be freed; its
 * authenticators made anew, as far as they have room for one. */
static struct bytes put_together(const struct pieces *p)
{
	uint8_t buf[MIP4_MESSAGE_MAX], *exact;
	struct writer w = writer_new(buf, sizeof(buf));

	write_bytes(&w, BYTES(p->fixed, p->n_fixed));
	for (size_t i = 0; i < p->n; i++) {
		const struct mip4_sa *sa = sa_of(p->g, p->e[i].b[0]);
		size_t at = writer_length(&w);

		write_bytes(&w, BYTES(p->e[i].b, p->e[i].n));
		if (is_auth(&p->e[i]) && p->e[i].n == 6 + sa->algorithm->length)
			sa->algorithm->sign(sa->state,
					    BYTES(buf, at + (sa->algorithm->without_spi ? 2 : 6)),
					    BYTES(NULL, 0), buf + at + 6);
	}
	assert_false(w.failed);
	exact = malloc(writer_length(&w));
	assert_non_null(exact);
	memcpy(exact, buf, writer_length(&w));
	return BYTES(exact, writer_length(&w));
}

/* 0 if there is an authenticator and every one that is there is right. */
static int verify(const struct golden *g, const struct mip4_message *m)
{
	int err = m->mhae.present || m->fhae.present ? 0 : -ENOENT;

	if (m->mhae.present)
		err = mip4_verify(m, &m->mhae, sa_of(g, MIP4_MHAE));
	if (!err && m->fhae.present)
		err = mip4_verify(m, &m->fhae, sa_of(g, MIP4_FHAE));
	return err;
}

/* What becomes of a message whose extensions are well framed and well sized, by their order alone:
 * 0, -EPROTO, or 1 for one that is read but bad. */
static int order_says(const struct pieces *p)
{
	bool seen[256] = { false }, bad = false, beyond = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct ext *e = &p->e[i];
		bool mhae = seen[MIP4_MHAE], fhae = seen[MIP4_FHAE], twice = seen[e->b[0]];

		if (is_auth(e)) {
			if (twice || (e->b[0] == MIP4_MHAE && fhae))
				return -EPROTO;
		} else if (fhae || (mhae && (e->b[0] == 131 || e->b[1] == 1))) {
			return -EPROTO; /* identity, or an empty draft extension */
		} else {
			bad |= twice;
			beyond |= mhae;
		}
		seen[e->b[0]] = true;
	}
	if (beyond && !seen[MIP4_FHAE])
		return -EPROTO;
	return bad;
}

/* Decodes it and compares with what is expected, as order_says tells; *ret is valid if it could be
 * read, and its views are not. */
static void expect(const struct pieces *p, int expected, struct mip4_message *ret)
{
	struct bytes in = put_together(p);
	int err = mip4_decode(in, &mip4_numbers_default, ret);

	assert_int_equal(err, expected < 0 ? expected : 0);
	if (!err) {
		assert_int_equal(ret->bad, expected == 1);
		if (ret->mhae.present || ret->fhae.present)
			assert_int_equal(verify(p->g, ret), 0);
	}
	free((void *)(uintptr_t)in.p);
}

#define EACH_GOLDEN(g)                                                                             \
	const struct golden *g = goldens;                                                          \
	g < goldens + sizeof(goldens) / sizeof(goldens[0]);                                        \
	g++

static void put_together_again_they_are_as_they_were(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct vector v = vector_read(g->name);
		struct pieces p = take_apart(g);
		struct bytes in = put_together(&p);

		assert_true(bytes_equal(in, vector_bytes(&v)));
		assert_int_equal(order_says(&p), 0);
		free((void *)(uintptr_t)in.p);
	}
}

/* At an extension's end what is left may be a message, but not one that is authenticated in full.
 */
static void cut_at_any_octet_they_are_refused_or_lack_what_was_cut(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct vector v = vector_read(g->name);
		struct mip4_message whole, m;

		assert_int_equal(mip4_decode(vector_bytes(&v), &mip4_numbers_default, &whole), 0);
		for (size_t n = 0; n < v.n; n++) {
			uint8_t *exact = malloc(n ? n : 1);
			int err;

			assert_non_null(exact);
			memcpy(exact, v.b, n);
			err = mip4_decode(BYTES(exact, n), &mip4_numbers_default, &m);
			if (err)
				assert_true(err == -EBADMSG || err == -EPROTO);
			else
				assert_true(m.mhae.present + m.fhae.present <
					    whole.mhae.present + whole.fhae.present);
			free(exact);
		}
	}
}

static void an_extension_doubled_at_any_place_is_bad_or_refused(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (size_t i = 0; i < p.n; i++)
			for (size_t at = 0; at <= p.n; at++) {
				struct pieces q = p;
				struct mip4_message m;
				int expected;

				insert(&q, at, &p.e[i]);
				expected = order_says(&q);
				assert_int_not_equal(expected, 0);
				expect(&q, expected, &m);
			}
	}
}

static void an_extension_moved_to_any_place_counts_only_where_it_may_stand(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (size_t i = 0; i < p.n; i++)
			for (size_t at = 0; at < p.n; at++) {
				struct pieces q = p;
				struct ext e = leave_out(&q, i);
				struct mip4_message m;

				insert(&q, at, &e);
				expect(&q, order_says(&q), &m);
			}
	}
}

static bool has(const struct mip4_message *m, uint8_t type)
{
	switch (type) {
	case MIP4_MHAE:
		return m->mhae.present;
	case MIP4_FHAE:
		return m->fhae.present;
	case 48:
		return m->gre;
	case 127:
		return m->hoa_request != MIP4_ABSENT;
	case 131:
		return m->nai.n > 0;
	case 137:
		return m->revocation_support;
	default:
		assert_int_equal(type, 255);
		return m->hoa != MIP4_ABSENT;
	}
}

static void an_extension_left_out_is_absent(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (size_t i = 0; i < p.n; i++) {
			struct pieces q = p;
			struct ext e = leave_out(&q, i);
			struct mip4_message m;
			int expected = order_says(&q);

			expect(&q, expected, &m);
			if (expected == 0)
				for (size_t k = 0; k < p.n; k++)
					assert_int_equal(has(&m, p.e[k].b[0]), k != i);
			assert_true(expected == 0 || e.b[0] == MIP4_FHAE);
		}
	}
}

/* Length alone, the octets as they were: what follows is read as something else, and never is it
 * a message that anybody signed. */
static void a_length_that_lies_is_never_accepted(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);
		size_t at = p.n_fixed;

		for (size_t i = 0; i < p.n; at += p.e[i++].n) {
			struct vector v = vector_read(g->name);
			size_t length = at + header_of(&p.e[i]) - 1;
			uint8_t right = v.b[length];

			for (int lie = 0; lie < 256; lie++) {
				struct mip4_message m;

				v.b[length] = (uint8_t)lie;
				if (lie != right &&
				    mip4_decode(vector_bytes(&v), &mip4_numbers_default, &m) == 0)
					assert_int_not_equal(verify(g, &m), 0);
			}
		}
	}
}

/* RFC 5944 3.5, RFC 2794 2, RFC 6245 5, RFC 3543 3.2, draft 4.1 and 4.2: 0 good, 1 bad. */
static int length_says(uint8_t type, size_t n)
{
	switch (type) {
	case MIP4_MHAE:
	case MIP4_FHAE:
		return n < 5 ? -EBADMSG : 0;
	case 48:
		return n != 4;
	case 127:
		return n != 1 && n != 9;
	case 131:
		return n < 1;
	case 137:
		return n != 6;
	default:
		return n != 1 && n != 17;
	}
}

static void resize(struct ext *e, size_t n)
{
	size_t header = header_of(e);

	if (header + n > e->n)
		memset(e->b + e->n, 0, header + n - e->n);
	e->n = header + n;
	e->b[header - 1] = (uint8_t)n;
}

/* Resized with its data, and signed: only the length is wrong. */
static void an_extension_of_any_other_length_is_bad(void **state)
{
	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (size_t i = 0; i < p.n; i++)
			for (size_t n = 0; n < 256; n++) {
				struct pieces q = p;
				struct mip4_message m;
				int expected = length_says(p.e[i].b[0], n);

				resize(&q.e[i], n);
				if (is_auth(&p.e[i]) && expected == 0 && q.e[i].n != p.e[i].n) {
					struct bytes in = put_together(&q);

					assert_int_equal(mip4_decode(in, &mip4_numbers_default, &m),
							 0);
					assert_int_equal(verify(g, &m), -EACCES);
					free((void *)(uintptr_t)in.p);
					continue;
				}
				expect(&q, expected, &m);
			}
	}
}

static void insert_unknown(const struct pieces *p, uint8_t type, size_t at, uint8_t length)
{
	struct pieces q = *p;
	struct ext e = { .b = { type, length }, .n = 2 + (size_t)length };
	struct mip4_message m;

	memset(e.b + 2, 0xa5, length);
	insert(&q, at, &e);
	expect(&q, type < 128 ? -ENOPROTOOPT : 0, &m);
	if (type < 128)
		return;
	for (size_t i = 0; i < p->n; i++)
		assert_true(has(&m, p->e[i].b[0]));
}

static void an_unknown_extension_refuses_or_is_skipped_at_any_place(void **state)
{
	static const uint8_t lengths[] = { 0, 1, 9, 255 };

	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (int type = 51; type < 255; type++) {
			if (type > 126 && type < 200)
				continue; /* assigned, or ours */
			for (size_t at = 0; at <= p.n; at++)
				for (size_t i = 0; i < sizeof(lengths); i++)
					insert_unknown(&p, (uint8_t)type, at, lengths[i]);
		}
	}
}

/* Every octet of the fixed part at its extremes is a value of its field, for the roles to judge;
 * a message of another type is none of ours. */
static void any_value_of_the_fixed_part_is_read(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	for (EACH_GOLDEN(g)) {
		struct pieces p = take_apart(g);

		for (size_t at = 1; at < p.n_fixed; at++)
			for (size_t i = 0; i < sizeof(values); i++) {
				struct pieces q = p;
				struct mip4_message m;

				q.fixed[at] = values[i];
				expect(&q, 0, &m);
			}
	}
}

static const struct test tests[] = {
	TEST(put_together_again_they_are_as_they_were, ""),
	TEST(cut_at_any_octet_they_are_refused_or_lack_what_was_cut, ""),
	TEST(an_extension_doubled_at_any_place_is_bad_or_refused, ""),
	TEST(an_extension_moved_to_any_place_counts_only_where_it_may_stand, "EXT-9 EXT-11"),
	TEST(an_extension_left_out_is_absent, ""),
	TEST(a_length_that_lies_is_never_accepted, ""),
	TEST(an_extension_of_any_other_length_is_bad, "EXT-4 EXT-7"),
	TEST(an_unknown_extension_refuses_or_is_skipped_at_any_place, ""),
	TEST(any_value_of_the_fixed_part_is_read, ""),
};

static void sa_init(enum key key, uint32_t spi, const struct mac_algorithm *a, uint8_t first)
{
	uint8_t octets[16];

	for (uint8_t i = 0; i < sizeof(octets); i++)
		octets[i] = first + i;
	sas[key].spi = spi;
	sas[key].algorithm = a;
	a->set_key(sas[key].state, BYTES(octets, sizeof(octets)));
}

int main(void)
{
	sa_init(MN_HA, 0x200, &mac_hmac_md5, 0x10);
	sa_init(FA_HA, 0x300, &mac_hmac_md5, 0x20);
	sa_init(MN_HA_SHA, 0x201, &mac_hmac_sha256, 0x10);
	sa_init(FA_HA_SHA, 0x301, &mac_hmac_sha256, 0x20);
	sa_init(MN_HA_MD5, 0x200, &mac_md5, 0x10);
	sa_init(MN_HA_MD5_LEGACY, 0x200, &mac_md5_legacy, 0x10);
	return TESTS_RUN("tests/unit/proto/mip4_bad", tests);
}
