/* SPDX-License-Identifier: Apache-2.0 */
/* Whole messages: the golden vectors both ways, authenticators, and what is not a message. */
#include "proto/mip4.h"

#include <errno.h>
#include <string.h>

#include "io/mac.h"
#include "test.h"
#include "vector.h"

/* constant, which htonl is not */
#define BE32(v) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(v) : (uint32_t)(v))

#define IDENTIFICATION 0xc9f4a50012345678
#define HOME_AGENT                                                                                 \
	{                                                                                          \
		.s_addr = BE32(0xc0000201)                                                         \
	} /* 192.0.2.1 */
#define ROUTER                                                                                     \
	{                                                                                          \
		.s_addr = BE32(0xc6336402)                                                         \
	} /* 198.51.100.2 */
#define NODE                                                                                       \
	{                                                                                          \
		.s_addr = BE32(0xc6336409)                                                         \
	} /* 198.51.100.9 */
#define NAI_1                                                                                      \
	{                                                                                          \
		(const uint8_t *)"mn1@example.net", 15                                             \
	}
#define NAI_2                                                                                      \
	{                                                                                          \
		(const uint8_t *)"mn2@example.net", 15                                             \
	}
/* 2001:db8:1:a:11:2233:4455:a01 */
#define ADDRESS                                                                                    \
	{                                                                                          \
		.s6_addr = {                                                                       \
			0x20,                                                                      \
			1,                                                                         \
			0x0d,                                                                      \
			0xb8,                                                                      \
			0,                                                                         \
			1,                                                                         \
			0,                                                                         \
			0x0a,                                                                      \
			0,                                                                         \
			0x11,                                                                      \
			0x22,                                                                      \
			0x33,                                                                      \
			0x44,                                                                      \
			0x55,                                                                      \
			0x0a,                                                                      \
			1                                                                          \
		}                                                                                  \
	}

enum key { MN_HA, FA_HA, MN_HA_SHA, FA_HA_SHA, MN_HA_MD5, MN_HA_MD5_LEGACY, KEYS };
static struct mip4_sa sas[KEYS];

struct golden {
	const char *name;
	struct mip4_message m;
	size_t n;
	enum mip4_auth auths[2];
	enum key keys[2];
};

static const struct golden goldens[] = {
	{ .name = "mip4/1-request-ar.hex",
	  .m = { .type = MIP4_RRQ,
		 .flags = MIP4_T,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .care_of = ROUTER,
		 .identification = IDENTIFICATION,
		 .nai = NAI_1,
		 .hoa_request = MIP4_FULL,
		 .hoa_request_iid = 0x0011223344550a01 },
	  .n = 2,
	  .auths = { MIP4_MHAE, MIP4_FHAE },
	  .keys = { MN_HA, FA_HA } },
	{ .name = "mip4/2-reply-ar.hex",
	  .m = { .type = MIP4_RRP,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .identification = IDENTIFICATION,
		 .nai = NAI_1,
		 .hoa = MIP4_FULL,
		 .hoa_unique = true,
		 .hoa_address = ADDRESS },
	  .n = 2,
	  .auths = { MIP4_MHAE, MIP4_FHAE },
	  .keys = { MN_HA, FA_HA } },
	{ .name = "mip4/3-request-an.hex",
	  .m = { .type = MIP4_RRQ,
		 .flags = MIP4_D | MIP4_T,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .care_of = NODE,
		 .identification = IDENTIFICATION,
		 .nai = NAI_2,
		 .hoa_request = MIP4_EMPTY },
	  .n = 1,
	  .auths = { MIP4_MHAE },
	  .keys = { MN_HA } },
	{ .name = "mip4/4-reply-an.hex",
	  .m = { .type = MIP4_RRP,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .identification = IDENTIFICATION,
		 .nai = NAI_2,
		 .hoa = MIP4_EMPTY },
	  .n = 1,
	  .auths = { MIP4_MHAE },
	  .keys = { MN_HA } },
	{ .name = "mip4/5-revocation.hex",
	  .m = { .type = MIP4_REVOCATION,
		 .revocation_from_home = true,
		 .home_agent = HOME_AGENT,
		 .care_of = ROUTER,
		 .revocation_id = 0xc9f4a510,
		 .nai = NAI_1,
		 .hoa = MIP4_FULL,
		 .hoa_unique = true,
		 .hoa_address = ADDRESS },
	  .n = 1,
	  .auths = { MIP4_FHAE },
	  .keys = { FA_HA } },
	{ .name = "mip4/6-revocation-ack.hex",
	  .m = { .type = MIP4_REVOCATION_ACK,
		 .revocation_id = 0xc9f4a510,
		 .nai = NAI_1,
		 .hoa = MIP4_FULL,
		 .hoa_unique = true,
		 .hoa_address = ADDRESS },
	  .n = 1,
	  .auths = { MIP4_FHAE },
	  .keys = { FA_HA } },
	{ .name = "mip4/7-request-ar-gre-sha256.hex",
	  .m = { .type = MIP4_RRQ,
		 .flags = MIP4_G | MIP4_T,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .care_of = ROUTER,
		 .identification = IDENTIFICATION,
		 .nai = NAI_1,
		 .hoa = MIP4_FULL,
		 .hoa_address = ADDRESS,
		 .gre = true,
		 .gre_key = 0x1234,
		 .revocation_support = true,
		 .support_inform = true,
		 .support_timestamp = 0xc9f4a500 },
	  .n = 2,
	  .auths = { MIP4_MHAE, MIP4_FHAE },
	  .keys = { MN_HA_SHA, FA_HA_SHA } },
	{ .name = "mip4/8-reply-133.hex",
	  .m = { .type = MIP4_RRP,
		 .code = MIP4_HA_IDENTIFICATION,
		 .home_agent = HOME_AGENT,
		 .identification = 0xc9f4a50712345678,
		 .nai = NAI_2 },
	  .n = 1,
	  .auths = { MIP4_MHAE },
	  .keys = { MN_HA } },
	{ .name = "mip4/9-request-md5.hex",
	  .m = { .type = MIP4_RRQ,
		 .flags = MIP4_T,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .care_of = ROUTER,
		 .identification = IDENTIFICATION,
		 .nai = NAI_1,
		 .hoa_request = MIP4_FULL,
		 .hoa_request_iid = 0x0011223344550a01 },
	  .n = 1,
	  .auths = { MIP4_MHAE },
	  .keys = { MN_HA_MD5 } },
	{ .name = "mip4/10-request-md5-legacy.hex",
	  .m = { .type = MIP4_RRQ,
		 .flags = MIP4_T,
		 .lifetime = 600,
		 .home_agent = HOME_AGENT,
		 .care_of = ROUTER,
		 .identification = IDENTIFICATION,
		 .nai = NAI_1,
		 .hoa_request = MIP4_FULL,
		 .hoa_request_iid = 0x0011223344550a01 },
	  .n = 1,
	  .auths = { MIP4_MHAE },
	  .keys = { MN_HA_MD5_LEGACY } },
};
#define N_GOLDENS (sizeof(goldens) / sizeof(goldens[0]))

static void sa_init(enum key key, uint32_t spi, const struct mac_algorithm *a, uint8_t first)
{
	uint8_t octets[16];

	for (uint8_t i = 0; i < sizeof(octets); i++)
		octets[i] = first + i;
	sas[key].spi = spi;
	sas[key].algorithm = a;
	a->set_key(sas[key].state, BYTES(octets, sizeof(octets)));
}

static const struct mip4_authenticator *authenticator(const struct mip4_message *m,
						      enum mip4_auth auth)
{
	return auth == MIP4_MHAE ? &m->mhae : auth == MIP4_FHAE ? &m->fhae : &m->mfae;
}

static int encode(const struct golden *g, struct writer *w)
{
	const struct mip4_sa *used[2] = { &sas[g->keys[0]], &sas[g->keys[1]] };

	return mip4_encode(&g->m, &mip4_numbers_default, g->auths, used, g->n, w);
}

/* 0 if every authenticator that the golden message has is there and right. */
static int verify(const struct golden *g, const struct mip4_message *m)
{
	int err = 0;

	for (size_t i = 0; i < g->n && !err; i++)
		err = mip4_verify(m, authenticator(m, g->auths[i]), &sas[g->keys[i]]);
	return err;
}

static void golden_messages_are_written_byte_for_byte(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		struct vector v = vector_read(goldens[i].name);
		uint8_t buf[MIP4_MESSAGE_MAX];
		struct writer w = writer_new(buf, sizeof(buf));

		assert_int_equal(encode(&goldens[i], &w), 0);
		assert_int_equal(writer_length(&w), v.n);
		assert_memory_equal(buf, v.b, v.n);
	}
}

static void assert_same(const struct mip4_message *a, const struct mip4_message *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->code, b->code);
	assert_int_equal(a->lifetime, b->lifetime);
	assert_true(in4_equal(a->home, b->home));
	assert_true(in4_equal(a->home_agent, b->home_agent));
	assert_true(in4_equal(a->care_of, b->care_of));
	assert_true(a->identification == b->identification);
	assert_int_equal(a->revocation_id, b->revocation_id);
	assert_int_equal(a->revocation_from_home, b->revocation_from_home);
	assert_int_equal(a->revocation_inform, b->revocation_inform);
	assert_true(bytes_equal(a->nai, b->nai));
	assert_int_equal(a->hoa_request, b->hoa_request);
	assert_true(a->hoa_request_iid == b->hoa_request_iid);
	assert_int_equal(a->hoa, b->hoa);
	assert_int_equal(a->hoa_unique, b->hoa_unique);
	assert_true(in6_equal(&a->hoa_address, &b->hoa_address));
	assert_int_equal(a->revocation_support, b->revocation_support);
	assert_int_equal(a->support_inform, b->support_inform);
	assert_int_equal(a->support_timestamp, b->support_timestamp);
	assert_int_equal(a->gre, b->gre);
	assert_int_equal(a->gre_key, b->gre_key);
}

static void golden_messages_are_read_field_by_field(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		struct vector v = vector_read(goldens[i].name);
		struct mip4_message m;

		assert_int_equal(mip4_decode(vector_bytes(&v), &mip4_numbers_default, &m), 0);
		assert_false(m.bad);
		assert_same(&m, &goldens[i].m);
		assert_int_equal(m.mhae.present + m.mfae.present + m.fhae.present, goldens[i].n);
		assert_int_equal(verify(&goldens[i], &m), 0);
	}
}

static void a_nai_can_be_seen_before_anything_else_is_looked_at(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		struct vector v = vector_read(goldens[i].name);
		const struct bytes nai = goldens[i].m.nai;

		for (size_t n = 0; n <= vector_bytes(&v).n; n++) {
			const struct bytes seen =
				mip4_peek_nai(BYTES(vector_bytes(&v).p, n), &mip4_numbers_default);

			assert_true(bytes_equal(seen, nai) || (!seen.p && n < vector_bytes(&v).n));
		}
	}
	assert_null(mip4_peek_nai(BYTES("\x02", 1), &mip4_numbers_default).p);
}

static void authenticators_cover_every_octet_before_them(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		struct vector v = vector_read(goldens[i].name);

		for (size_t at = 0; at < v.n; at++) {
			struct mip4_message m;

			v.b[at] ^= 0x01;
			if (mip4_decode(vector_bytes(&v), &mip4_numbers_default, &m) == 0)
				assert_int_equal(verify(&goldens[i], &m), -EACCES);
			v.b[at] ^= 0x01;
		}
	}
}

static void a_message_cut_anywhere_is_refused_or_lacks_its_last_authenticator(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		const struct golden *g = &goldens[i];
		struct vector v = vector_read(g->name);

		for (size_t n = 0; n < v.n; n++) {
			struct mip4_message m = { .lifetime = 12345 };
			int err = mip4_decode(BYTES(v.b, n), &mip4_numbers_default, &m);

			if (err == 0) {
				assert_false(authenticator(&m, g->auths[g->n - 1])->present);
				continue;
			}
			assert_true(err == -EBADMSG || err == -EPROTO);
			assert_int_equal(m.lifetime, 12345);
		}
	}
}

static void a_buffer_too_small_is_told(void **state)
{
	for (size_t i = 0; i < N_GOLDENS; i++) {
		struct vector v = vector_read(goldens[i].name);
		uint8_t buf[MIP4_MESSAGE_MAX];

		for (size_t n = 0; n < v.n; n++) {
			struct writer w = writer_new(buf, n);
			assert_int_equal(encode(&goldens[i], &w), -ENOBUFS);
		}
	}
}

static void a_message_may_start_inside_a_buffer(void **state)
{
	struct vector v = vector_read(goldens[0].name);
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u32(&w, 0xdeadbeef);
	assert_int_equal(encode(&goldens[0], &w), 0);
	assert_memory_equal(buf + 4, v.b, v.n);
}

static void an_unknown_message_type_is_told_from_a_malformed_one(void **state)
{
	static const uint8_t unknown[] = { 0, 2, 4, 16, 18, 22, 24, 255 };
	struct mip4_message m;
	uint8_t buf[64] = { 0 };

	for (size_t i = 0; i < sizeof(unknown); i++) {
		buf[0] = unknown[i];
		assert_int_equal(mip4_decode(BYTES(buf, sizeof(buf)), &mip4_numbers_default, &m),
				 -ENOMSG);
	}
	assert_int_equal(mip4_decode(BYTES(NULL, 0), &mip4_numbers_default, &m), -EBADMSG);
}

static void a_message_larger_than_a_frame_is_refused(void **state)
{
	uint8_t buf[MIP4_MESSAGE_MAX + 1] = { MIP4_RRQ }; /* the rest is padding */
	struct mip4_message m;

	assert_int_equal(mip4_decode(BYTES(buf, MIP4_MESSAGE_MAX), &mip4_numbers_default, &m), 0);
	assert_int_equal(mip4_decode(BYTES(buf, sizeof(buf)), &mip4_numbers_default, &m), -EBADMSG);
}

static void flags_of_revocations_stand_where_rfc_3543_puts_them(void **state)
{
	struct mip4_message m = { .type = MIP4_REVOCATION, .revocation_inform = true };
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(mip4_encode(&m, &mip4_numbers_default, NULL, NULL, 0, &w), 0);
	assert_int_equal(buf[2], 0x40);
	m.type = MIP4_REVOCATION_ACK;
	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&m, &mip4_numbers_default, NULL, NULL, 0, &w), 0);
	assert_int_equal(buf[2], 0x80);
	assert_int_equal(mip4_decode(writer_bytes(&w), &mip4_numbers_default, &m), 0);
	assert_true(m.revocation_inform);
}

static void an_authenticator_of_another_key_spi_or_length_is_wrong(void **state)
{
	struct vector v = vector_read("mip4/3-request-an.hex");
	struct mip4_sa other = sas[MN_HA];
	struct mip4_message m;

	assert_int_equal(mip4_decode(vector_bytes(&v), &mip4_numbers_default, &m), 0);
	assert_int_equal(mip4_verify(&m, &m.mhae, &sas[MN_HA]), 0);
	assert_int_equal(mip4_verify(&m, &m.fhae, &sas[FA_HA]), -EACCES);
	assert_int_equal(mip4_verify(&m, &m.mhae, &sas[FA_HA]), -EACCES);
	other.spi++;
	assert_int_equal(mip4_verify(&m, &m.mhae, &other), -EACCES);
	other = sas[MN_HA_SHA];
	other.spi = sas[MN_HA].spi;
	assert_int_equal(mip4_verify(&m, &m.mhae, &other), -EACCES);
	other = sas[FA_HA];
	other.spi = sas[MN_HA].spi;
	assert_int_equal(mip4_verify(&m, &m.mhae, &other), -EACCES);
}

static void codes_have_words(void **state)
{
	assert_string_equal(mip4_code_name(MIP4_HA_IDENTIFICATION), "identification mismatch");
	assert_string_equal(mip4_code_name(MIP4_ACCEPTED), "accepted");
	assert_null(mip4_code_name(250));
}

static const struct test tests[] = {
	TEST(golden_messages_are_written_byte_for_byte, "EXT-4 EXT-7 EXT-8"),
	TEST(a_nai_can_be_seen_before_anything_else_is_looked_at, ""),
	TEST(golden_messages_are_read_field_by_field, "EXT-4 EXT-6 EXT-7 EXT-8"),
	TEST(authenticators_cover_every_octet_before_them, "EXT-9 EXT-11"),
	TEST(a_message_cut_anywhere_is_refused_or_lacks_its_last_authenticator, ""),
	TEST(a_buffer_too_small_is_told, ""),
	TEST(a_message_may_start_inside_a_buffer, ""),
	TEST(an_unknown_message_type_is_told_from_a_malformed_one, ""),
	TEST(a_message_larger_than_a_frame_is_refused, ""),
	TEST(flags_of_revocations_stand_where_rfc_3543_puts_them, ""),
	TEST(an_authenticator_of_another_key_spi_or_length_is_wrong, ""),
	TEST(codes_have_words, ""),
};

int main(void)
{
	sa_init(MN_HA, 0x200, &mac_hmac_md5, 0x10);
	sa_init(FA_HA, 0x300, &mac_hmac_md5, 0x20);
	sa_init(MN_HA_SHA, 0x201, &mac_hmac_sha256, 0x10);
	sa_init(FA_HA_SHA, 0x301, &mac_hmac_sha256, 0x20);
	sa_init(MN_HA_MD5, 0x200, &mac_md5, 0x10);
	sa_init(MN_HA_MD5_LEGACY, 0x200, &mac_md5_legacy, 0x10);
	return TESTS_RUN("tests/unit/proto/mip4", tests);
}
