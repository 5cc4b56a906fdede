/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/users.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#define CHALLENGE 16

enum eap_code { /* RFC 3748 4 */
		EAP_REQUEST = 1,
		EAP_RESPONSE = 2,
		EAP_SUCCESS = 3,
		EAP_FAILURE = 4,
};

enum eap_type { /* RFC 3748 5 */
		EAP_IDENTITY = 1,
		EAP_MD5 = 4,
};

void users_set(struct users *u, const struct user_config *v, size_t n)
{
	u->v = v;
	u->n = n;
}

static int by_name(const void *key, const void *element)
{
	const struct bytes *name = key;
	const struct user_config *user = element;
	size_t length = strlen(user->name);
	int order = memcmp(name->p, user->name, name->n < length ? name->n : length);

	return order ? order : (name->n > length) - (name->n < length);
}

/* NULL: there is none. */
static const struct user_config *find(const struct users *u, struct bytes name)
{
	return name.n && u->n ? bsearch(&name, u->v, u->n, sizeof(*u->v), by_name) : NULL;
}

/* That of nobody is compared as well, with as much work. */
static struct bytes secret_of(const struct user_config *user)
{
	static const uint8_t nobody[16];

	return user ? BYTES(user->secret, user->secret_length) : BYTES(nobody, sizeof(nobody));
}

static void digest(struct bytes in, uint8_t ret[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx c;

	sha256_init(&c);
	sha256_update(&c, in.n, in.p);
	sha256_digest(&c, SHA256_DIGEST_SIZE, ret);
	bytes_wipe(&c, sizeof(c));
}

/* Digests have one length, whatever the host has sent. */
static bool right_password(struct bytes secret, struct bytes password)
{
	uint8_t a[SHA256_DIGEST_SIZE], b[SHA256_DIGEST_SIZE];
	bool same;

	digest(secret, a);
	digest(password, b);
	same = bytes_equal_const(a, b, sizeof(a));
	bytes_wipe(a, sizeof(a));
	bytes_wipe(b, sizeof(b));
	return same;
}

/* RFC 1994 4.1, RFC 3748 5.4: MD5 of identifier, secret and challenge. */
static bool right_response(struct bytes secret, uint8_t identifier, struct bytes challenge,
			   struct bytes response)
{
	uint8_t want[MD5_DIGEST_SIZE];
	struct md5_ctx c;
	bool same;

	md5_init(&c);
	md5_update(&c, 1, &identifier);
	md5_update(&c, secret.n, secret.p);
	md5_update(&c, challenge.n, challenge.p);
	md5_digest(&c, sizeof(want), want);
	same = response.n == sizeof(want) && bytes_equal_const(want, response.p, sizeof(want));
	bytes_wipe(&c, sizeof(c));
	bytes_wipe(want, sizeof(want));
	return same;
}

/* ---- EAP ---- */

static struct bytes say(struct users *u, enum eap_code code, uint8_t identifier)
{
	struct writer w = writer_new(u->eap, sizeof(u->eap));

	write_u8(&w, code);
	write_u8(&w, identifier);
	write_u16(&w, 4);
	return writer_bytes(&w);
}

/* The challenge comes back with the next question: the core keeps it for us, out of the host's
 * reach.
 */
static struct auth_verdict ask(struct users *u, uint8_t identifier,
			       const uint8_t challenge[CHALLENGE])
{
	struct writer w = writer_new(u->eap, sizeof(u->eap));

	write_u8(&w, EAP_REQUEST);
	write_u8(&w, identifier);
	write_u16(&w, 4 + 2 + CHALLENGE);
	write_u8(&w, EAP_MD5);
	write_u8(&w, CHALLENGE);
	write_bytes(&w, BYTES(challenge, CHALLENGE));
	return (struct auth_verdict){ .result = AUTH_GOES_ON,
				      .eap = writer_bytes(&w),
				      .state = BYTES(challenge, CHALLENGE) };
}

static struct auth_verdict end(struct users *u, const struct auth_question *q, uint8_t identifier,
			       bool right)
{
	return (struct auth_verdict){
		.result = right ? AUTH_ACCEPTED : AUTH_REJECTED,
		.name = right ? q->name : BYTES(NULL, 0),
		.eap = say(u, right ? EAP_SUCCESS : EAP_FAILURE, identifier),
	};
}

/* A Nak (RFC 3748 5.3) ends it: there is no other method here. So does whatever is no answer. */
static struct auth_verdict answer_eap(struct users *u, const struct auth_question *q,
				      const uint8_t challenge[CHALLENGE])
{
	const struct user_config *user = find(u, q->name);
	struct reader r = reader_new(q->secret);
	uint8_t code = read_u8(&r), identifier = read_u8(&r);
	uint16_t length = read_u16(&r);
	uint8_t type = read_u8(&r), size;
	struct bytes response;
	bool right;

	if (r.failed || code != EAP_RESPONSE || length < 5 || length > q->secret.n)
		return end(u, q, identifier, false);
	if (type == EAP_IDENTITY && q->name.n)
		return ask(u, (uint8_t)(identifier + 1), challenge);
	size = read_u8(&r);
	response = read_bytes(&r, size);
	if (type != EAP_MD5 || r.failed || 6u + size > length || q->state.n != CHALLENGE)
		return end(u, q, identifier, false);
	right = right_response(secret_of(user), identifier, q->state, response);
	return end(u, q, identifier, right && user);
}

void users_answer(struct users *u, const struct auth_question *q, const uint8_t challenge[16],
		  struct auth_verdict *ret)
{
	const struct user_config *user = find(u, q->name);
	bool right = false;

	switch (q->method) {
	case AUTH_PAP:
		right = right_password(secret_of(user), q->secret);
		break;
	case AUTH_CHAP_MD5:
		right = right_response(secret_of(user), q->identifier, q->challenge, q->secret);
		break;
	case AUTH_EAP:
		*ret = answer_eap(u, q, challenge);
		return;
	}
	right = right && user;
	*ret = (struct auth_verdict){ .result = right ? AUTH_ACCEPTED : AUTH_REJECTED,
				      .name = right ? q->name : BYTES(NULL, 0) };
}
