/* SPDX-License-Identifier: Apache-2.0 */
/* Who is who it says: PAP, CHAP with MD5, EAP with MD5-Challenge. */
#include "auth/users.h"
#include "test.h"

#include <nettle/md5.h>
#include <string.h>

static const struct user_config list[] = {
	{ .name = "anna", .secret = "welcome", .secret_length = 7 },
	{ .name = "anna@lab.example", .secret = "other", .secret_length = 5 },
	{ .name = "berta", .secret = "MyPw", .secret_length = 4 },
};

static const uint8_t challenge[16] = "0123456789abcdef", other_challenge[16] = "fedcba9876543210";
static struct users users;

#define TEXT(s) BYTES(s, strlen(s))

static void begin(void)
{
	users_set(&users, list, 3);
}

static struct auth_verdict ask(const struct auth_question *q)
{
	struct auth_verdict v;

	users_answer(&users, q, challenge, &v);
	return v;
}

static void assert_accepted(const struct auth_verdict *v, const char *name)
{
	assert_int_equal(v->result, AUTH_ACCEPTED);
	assert_true(bytes_equal(v->name, TEXT(name)));
}

static void assert_rejected(const struct auth_verdict *v)
{
	assert_int_equal(v->result, AUTH_REJECTED);
	assert_int_equal(v->name.n, 0);
	assert_int_equal(v->state.n, 0);
}

static struct auth_verdict pap(struct bytes name, struct bytes password)
{
	struct auth_question q = { .method = AUTH_PAP, .name = name, .secret = password };

	return ask(&q);
}

static void the_right_password_is_accepted_and_no_other(void **state)
{
	static const char *const wrong[] = { "", "w", "welcom", "welcome!", "Welcome", "other" };
	struct auth_verdict v = pap(TEXT("anna"), TEXT("welcome"));

	assert_accepted(&v, "anna");
	v = pap(TEXT("anna@lab.example"), TEXT("other"));
	assert_accepted(&v, "anna@lab.example");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		v = pap(TEXT("anna"), TEXT(wrong[i]));
		assert_rejected(&v);
	}
	v = pap(TEXT("anna"), BYTES("welcome", 8)); /* with the zero behind it */
	assert_rejected(&v);
}

static void names_are_compared_whole(void **state)
{
	static const char *const wrong[] = { "", "ann", "annaa", "Anna", "zoe", "anna@lab", "a" };
	struct auth_verdict v;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		v = pap(TEXT(wrong[i]), TEXT("welcome"));
		assert_rejected(&v);
	}
	v = pap(BYTES("anna", 5), TEXT("welcome"));
	assert_rejected(&v);
	users_set(&users, NULL, 0);
	v = pap(TEXT("anna"), TEXT("welcome"));
	assert_rejected(&v);
	begin();
}

/* What stands in for the secret of nobody opens nothing. */
static void nobody_has_no_secret(void **state)
{
	static const uint8_t zero[16];
	uint8_t response[16], identifier = 3;
	struct auth_question q = { .method = AUTH_CHAP_MD5,
				   .name = TEXT("zoe"),
				   .identifier = identifier,
				   .challenge = BYTES(challenge, 16),
				   .secret = BYTES(response, 16) };
	struct auth_verdict v = pap(TEXT("zoe"), BYTES(zero, 16));
	struct md5_ctx c;

	assert_rejected(&v);
	md5_init(&c);
	md5_update(&c, 1, &identifier);
	md5_update(&c, 16, zero);
	md5_update(&c, 16, challenge);
	md5_digest(&c, 16, response);
	v = ask(&q);
	assert_rejected(&v);
}

static void respond(uint8_t identifier, const char *secret, struct bytes to, uint8_t ret[16])
{
	struct md5_ctx c;

	md5_init(&c);
	md5_update(&c, 1, &identifier);
	md5_update(&c, strlen(secret), (const uint8_t *)secret);
	md5_update(&c, to.n, to.p);
	md5_digest(&c, 16, ret);
}

static void a_response_to_the_challenge_is_accepted_and_no_other(void **state)
{
	/* printf '\1MyPw!@#$%%^&*()_+:3|~' | md5sum */
	static const uint8_t text[16] = "!@#$%^&*()_+:3|~";
	uint8_t response[16] = { 0xc4, 0x18, 0xdd, 0xa3, 0x04, 0xf8, 0xb7, 0x77,
				 0xab, 0xd2, 0xd9, 0x22, 0xe4, 0x6c, 0x90, 0x0f };
	struct auth_question q = { .method = AUTH_CHAP_MD5,
				   .name = TEXT("berta"),
				   .identifier = 1,
				   .challenge = BYTES(text, 16),
				   .secret = BYTES(response, 16) };
	struct auth_verdict v;

	v = ask(&q);
	assert_accepted(&v, "berta");
	for (int i = 0; i < 16; i++) {
		response[i] ^= 1;
		v = ask(&q);
		assert_rejected(&v);
		response[i] ^= 1;
	}
	q.identifier = 2;
	v = ask(&q);
	assert_rejected(&v);
	q.identifier = 1;
	q.secret.n = 15;
	v = ask(&q);
	assert_rejected(&v);
	q.secret.n = 0;
	v = ask(&q);
	assert_rejected(&v);
	q.secret.n = 16;
	q.challenge = BYTES(challenge, 16);
	v = ask(&q);
	assert_rejected(&v);
	q.challenge = BYTES(text, 16);
	q.name = TEXT("anna");
	v = ask(&q);
	assert_rejected(&v);
}

/* ---- EAP (RFC 3748 4, 5) ---- */

struct packet {
	uint8_t b[64];
	size_t n;
};

static struct packet response_of(uint8_t identifier, uint8_t type, struct bytes data)
{
	struct packet p;
	struct writer w = writer_new(p.b, sizeof(p.b));

	write_u8(&w, 2); /* Response */
	write_u8(&w, identifier);
	write_u16(&w, (uint16_t)(5 + data.n));
	write_u8(&w, type);
	write_bytes(&w, data);
	p.n = writer_length(&w);
	return p;
}

static struct packet md5_response(uint8_t identifier, const char *secret, struct bytes to)
{
	uint8_t data[17] = { 16 };

	respond(identifier, secret, to, data + 1);
	return response_of(identifier, 4, BYTES(data, 17));
}

static struct auth_verdict eap(const char *name, const struct packet *p, struct bytes with)
{
	struct auth_question q = {
		.method = AUTH_EAP, .name = TEXT(name), .secret = BYTES(p->b, p->n), .state = with
	};

	return ask(&q);
}

/* The state that goes with a challenge; ret has room for AUTH_STATE_MAX. */
static struct bytes challenged(const char *name, uint8_t identifier, uint8_t *ret)
{
	struct packet p = response_of(identifier, 1, TEXT(name));
	struct auth_verdict v = eap(name, &p, BYTES(NULL, 0));
	static const uint8_t request[] = { 1, 0, 0, 22, 4, 16 }; /* Request, 22 octets, MD5 */

	assert_int_equal(v.result, AUTH_GOES_ON);
	assert_int_equal(v.eap.n, 22);
	assert_int_equal(v.eap.p[0], request[0]);
	assert_int_equal(v.eap.p[1], (uint8_t)(identifier + 1));
	assert_memory_equal(v.eap.p + 2, request + 2, 4);
	assert_memory_equal(v.eap.p + 6, challenge, 16);
	assert_in_range(v.state.n, 16, AUTH_STATE_MAX);
	memcpy(ret, v.state.p, v.state.n);
	return BYTES(ret, v.state.n);
}

static void assert_eap(const struct auth_verdict *v, uint8_t code, uint8_t identifier)
{
	const uint8_t want[] = { code, identifier, 0, 4 };

	assert_int_equal(v->eap.n, 4);
	assert_memory_equal(v->eap.p, want, 4);
}

static void an_identity_is_challenged_and_the_right_response_succeeds(void **state)
{
	uint8_t room[AUTH_STATE_MAX];
	struct bytes with = challenged("anna", 255, room);
	struct packet p = md5_response(0, "welcome", BYTES(challenge, 16));
	struct auth_verdict v = eap("anna", &p, with);

	assert_accepted(&v, "anna");
	assert_eap(&v, 3, 0);
	/* with its name behind the value (RFC 1994 4.1), and octets behind the packet */
	memcpy(p.b + p.n, "anna??", 6);
	p.b[3] += 4;
	p.n += 6;
	v = eap("anna", &p, with);
	assert_accepted(&v, "anna");
}

static void a_wrong_response_fails(void **state)
{
	uint8_t room[AUTH_STATE_MAX];
	struct bytes with = challenged("anna", 7, room);
	struct packet p = md5_response(8, "wrong", BYTES(challenge, 16));
	struct auth_verdict v = eap("anna", &p, with);

	assert_rejected(&v);
	assert_eap(&v, 4, 8);
	with = challenged("zoe", 7, room); /* nobody is challenged like anybody */
	p = md5_response(8, "welcome", BYTES(challenge, 16));
	v = eap("zoe", &p, with);
	assert_rejected(&v);
	assert_eap(&v, 4, 8);
}

static void no_challenge_but_ours_counts(void **state)
{
	uint8_t room[AUTH_STATE_MAX];
	struct bytes with = challenged("anna", 7, room);
	struct packet p = md5_response(8, "welcome", BYTES(challenge, 16));
	struct auth_verdict v = eap("anna", &p, BYTES(NULL, 0)); /* it was never asked */

	assert_rejected(&v);
	v = eap("anna", &p, BYTES(challenge, 15));
	assert_rejected(&v);
	v = eap("anna", &p, BYTES(other_challenge, 16));
	assert_rejected(&v);
	p = md5_response(8, "welcome", BYTES(other_challenge, 16));
	v = eap("anna", &p, with);
	assert_rejected(&v);
	p = md5_response(8, "MyPw", BYTES(challenge, 16)); /* another's secret */
	v = eap("anna", &p, with);
	assert_rejected(&v);
	p = md5_response(8, "welcome", BYTES(challenge, 16));
	v = eap("anna", &p, with);
	assert_accepted(&v, "anna");
}

static void another_method_is_not_to_be_had(void **state)
{
	uint8_t room[AUTH_STATE_MAX];
	struct bytes with = challenged("anna", 7, room);
	struct packet p = response_of(8, 3, BYTES("\x0d", 1)); /* Nak: rather TLS */
	struct auth_verdict v = eap("anna", &p, with);

	assert_rejected(&v);
	assert_eap(&v, 4, 8);
}

static void what_is_no_response_fails(void **state)
{
	uint8_t room[AUTH_STATE_MAX];
	struct bytes with = challenged("anna", 7, room);
	struct packet right = md5_response(8, "welcome", BYTES(challenge, 16)), p;
	struct auth_verdict v;

	for (size_t n = 0; n < right.n; n++) { /* cut anywhere */
		p = right;
		p.n = n;
		v = eap("anna", &p, with);
		assert_rejected(&v);
	}
	p = right;
	p.b[0] = 1; /* a Request */
	v = eap("anna", &p, with);
	assert_rejected(&v);
	p = right;
	p.b[3]--; /* shorter than its value */
	v = eap("anna", &p, with);
	assert_rejected(&v);
	p = right;
	p.b[5] = 15; /* a value of 15 octets */
	v = eap("anna", &p, with);
	assert_rejected(&v);
	p = response_of(1, 1, TEXT("")); /* an identity that is none */
	v = eap("", &p, BYTES(NULL, 0));
	assert_rejected(&v);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_right_password_is_accepted_and_no_other, ""),
		TEST(names_are_compared_whole, ""),
		TEST(nobody_has_no_secret, ""),
		TEST(a_response_to_the_challenge_is_accepted_and_no_other, ""),
		TEST(an_identity_is_challenged_and_the_right_response_succeeds, ""),
		TEST(a_wrong_response_fails, ""),
		TEST(no_challenge_but_ours_counts, ""),
		TEST(another_method_is_not_to_be_had, ""),
		TEST(what_is_no_response_fails, ""),
	};

	begin();
	return TESTS_RUN("unit", tests);
}
