/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every request in every state that matters, and what becomes of it (draft 3.1, 4, 5.5.1; D11 to
 * D14, A14 to A22): the rows are in ha_matrix_rows.h. With the name of a file as its argument it
 * writes them there in words (docs/requests.md) instead.
 *
 * An outcome is the reply's code, then
 *   the draft's extension in the reply: - none, e empty, s full with U clear, u with U set,
 *   its address: = the host's own so far, + new behind the identifier that was asked for, * new,
 *     @ the one in the request though it is not the host's (full forms only),
 *   the binding: A made, R renewed, M moved, D ended (nothing: as it was),
 *   the agent before: ! is told by a Revocation with the extension (e, s, u) that its registration
 *     had.
 * "drop" is no reply at all, the reason counted.
 */
#include "ha_bench.h"

#include <stdio.h>

enum state {
	NOTHING,
	NOTHING_UNIQUE_FIRST,
	KEPT_SHARED,
	KEPT_UNIQUE,
	TUNNELLING,
	BOUND_SHARED,
	BOUND_UNIQUE,
	ASSIGNED,
	ASSIGNED_UNIQUE,
	ASSIGNED_BOUND,
	ASSIGNED_UNIQUE_BOUND,
	ASSIGNED_TO_OTHER,
	EXHAUSTED,
	ONLY_SHARED_POOLS,
	NO_POOL,
	STATES
};

enum form {
	REQUEST_EMPTY,
	REQUEST_ANY,   /* identifier 0 */
	REQUEST_SAME,  /* the identifier of the host's address, if it has one */
	REQUEST_OTHER, /* another */
	HOA_EMPTY,
	HOA_RIGHT, /* the host's address, or what would be it */
	HOA_OTHER,
	NEITHER,
	BOTH,
	TWICE,
	WRONG_LENGTH,
	FORMS
};

enum signature { BY_BOTH, BY_HOST, BY_ROUTER };

struct way {
	const char *name;
	bool elsewhere; /* from another care-of address */
	bool bye;       /* lifetime 0 */
	enum signature signature;
	bool per_node_auth, dereg_without_fhae;
};

#define WAYS_MAX 6

struct row {
	enum state state;
	enum form form;
	const char *outcome[WAYS_MAX]; /* NULL: as many as there are ways */
};

#include "ha_matrix_rows.h"

static const char *const state_names[STATES] = {
	[NOTHING] = "Nothing is known of the host",
	[NOTHING_UNIQUE_FIRST] = "Nothing is known, and the first pool is one of /64s",
	[KEPT_SHARED] = "It has left; an address is kept for it",
	[KEPT_UNIQUE] = "It has left; a /64 is kept for it",
	[TUNNELLING] = "Registered in tunnelling mode",
	[BOUND_SHARED] = "Registered with an address",
	[BOUND_UNIQUE] = "Registered with a /64",
	[ASSIGNED] = "An address is assigned to it",
	[ASSIGNED_UNIQUE] = "A /64 is assigned to it",
	[ASSIGNED_BOUND] = "Registered with the address that is assigned to it",
	[ASSIGNED_UNIQUE_BOUND] = "Registered with the /64 that is assigned to it",
	[ASSIGNED_TO_OTHER] = "It has left; what was kept for it is assigned to another now",
	[EXHAUSTED] = "Nothing is known of it, and others have all there is",
	[ONLY_SHARED_POOLS] = "Nothing is known of it, and there is no pool of /64s",
	[NO_POOL] = "No pool serves its realm",
};

static const char *const form_names[FORMS] = {
	[REQUEST_EMPTY] = "Request, empty",
	[REQUEST_ANY] = "Request, identifier 0",
	[REQUEST_SAME] = "Request, its identifier",
	[REQUEST_OTHER] = "Request, another identifier",
	[HOA_EMPTY] = "Address, empty",
	[HOA_RIGHT] = "Address, its own",
	[HOA_OTHER] = "Address, another",
	[NEITHER] = "neither",
	[BOTH] = "both",
	[TWICE] = "Address, twice",
	[WRONG_LENGTH] = "Request of a wrong length",
};

#define POOLED           "2001:db8:b::77"
#define ELSE             "2001:db8:ffff::5"
#define ASSIGNED_ADDRESS "2001:db8:5:1::5"
#define SAME_IID         0x1111
#define OTHER_IID        0x2222

/* --- the states --- */

struct matrix {
	struct bench b;
	struct ha_static statics[1];
	bool has;             /* an address of its own, */
	struct in6_addr own;  /* this; else what might be one */
	bool registered_link; /* before the request */
};

static void assign(struct matrix *m, const char *nai, const char *address, bool unique)
{
	strcpy(m->statics[0].nai, nai);
	m->statics[0].address = in6(address);
	m->statics[0].unique = unique;
	m->b.config.statics = m->statics;
	m->b.config.n_statics = 1;
}

static void configure(struct matrix *m, enum state s)
{
	struct bench *b = &m->b;

	bench_init(b);
	b->config.addresses_max = 16;
	if (s == NOTHING_UNIQUE_FIRST)
		bench_pool(b, HA_POOL_PREFIXES, "2001:db8:a::", 4);
	if (s == EXHAUSTED)
		bench_pool(b, HA_POOL_ADDRESSES, "2001:db8:b::1", 1);
	else
		bench_pool(b, HA_POOL_SHARED, "2001:db8:b::", 0);
	if (s != NOTHING_UNIQUE_FIRST && s != ONLY_SHARED_POOLS)
		bench_pool(b, HA_POOL_PREFIXES, "2001:db8:a::", s == EXHAUSTED ? 1 : 4);
	for (size_t i = 0; s == NO_POOL && i < b->config.n_pools; i++)
		strcpy(b->config.pools[i].realm, "example.org");
	if (s == ASSIGNED || s == ASSIGNED_BOUND)
		assign(m, NAI, ASSIGNED_ADDRESS, false);
	if (s == ASSIGNED_UNIQUE || s == ASSIGNED_UNIQUE_BOUND)
		assign(m, NAI, ASSIGNED_ADDRESS, true);
}

static void register_with(struct matrix *m, uint64_t iid)
{
	m->own = bench_serve(&m->b, NAI, ROUTER_1, iid);
	m->has = true;
}

static void reach(struct matrix *m, enum state s)
{
	struct bench *b = &m->b;
	struct rrq q;

	bench_start(b);
	m->own = in6(POOLED);
	switch (s) {
	case KEPT_SHARED:
	case KEPT_UNIQUE:
		register_with(m, s == KEPT_UNIQUE ? SAME_IID : 0);
		bench_leave(b, NAI, ROUTER_1, &m->own);
		break;
	case ASSIGNED_TO_OTHER:
		register_with(m, 0);
		bench_leave(b, NAI, ROUTER_1, &m->own);
		m->statics[0].address = m->own;
		strcpy(m->statics[0].nai, NAI_2);
		b->config.statics = m->statics;
		b->config.n_statics = 1;
		assert_int_equal(ha_reload(b->ha, &b->config, &b->env, b->now), 0);
		m->has = false;
		break;
	case TUNNELLING:
		q = rrq(b, NAI, ROUTER_1); /* D: no router's request */
		ask(b, &q);
		assert_int_equal(reply(b).code, MIP4_ACCEPTED);
		m->registered_link = true;
		break;
	case BOUND_SHARED:
	case BOUND_UNIQUE:
	case ASSIGNED_BOUND:
	case ASSIGNED_UNIQUE_BOUND:
		register_with(m, s == BOUND_UNIQUE ? SAME_IID : 0);
		break;
	case ASSIGNED:
	case ASSIGNED_UNIQUE:
		m->own = in6(ASSIGNED_ADDRESS);
		m->has = true;
		break;
	case EXHAUSTED:
		bench_serve(b, "other1@example.net", ROUTER_1, 0);
		bench_serve(b, "other2@example.net", ROUTER_1, SAME_IID);
		break;
	case NOTHING:
	case NOTHING_UNIQUE_FIRST:
	case ONLY_SHARED_POOLS:
	case NO_POOL:
	case STATES:
		break;
	}
	bench_forget(b);
	bench_pass(b, 1);
	bench_forget(b);
}

/* --- the request --- */

static void shape(const struct matrix *m, enum form f, struct rrq *q)
{
	static const uint8_t wrong[] = { 127, 5, 0, 0, 0, 0, 0 };
	static const uint8_t twice[] = { 255, 1, 0, 255, 1, 0 };
	const uint64_t iid = m->has ? iid_of(&m->own) : SAME_IID;

	q->m.hoa_request = q->m.hoa = MIP4_ABSENT;
	switch (f) {
	case REQUEST_EMPTY:
		q->m.hoa_request = MIP4_EMPTY;
		break;
	case REQUEST_ANY:
	case REQUEST_SAME:
	case REQUEST_OTHER:
		q->m.hoa_request = MIP4_FULL;
		q->m.hoa_request_iid = f == REQUEST_ANY ? 0 : f == REQUEST_SAME ? iid : OTHER_IID;
		break;
	case HOA_EMPTY:
		q->m.hoa = MIP4_EMPTY;
		break;
	case HOA_RIGHT:
	case HOA_OTHER:
		q->m.hoa = MIP4_FULL;
		q->m.hoa_address = f == HOA_RIGHT ? m->own : in6(ELSE);
		break;
	case BOTH:
		q->m.hoa_request = MIP4_FULL;
		q->m.hoa = MIP4_FULL;
		q->m.hoa_address = m->own;
		break;
	case TWICE:
		q->m.revocation_support = false;
		q->extra = BYTES(twice, sizeof(twice));
		break;
	case WRONG_LENGTH:
		q->m.revocation_support = false;
		q->extra = BYTES(wrong, sizeof(wrong));
		break;
	case NEITHER:
	case FORMS:
		break;
	}
}

static void send_request(struct matrix *m, enum form f, const struct way *w)
{
	struct rrq q = router_rrq(&m->b, NAI, w->elsewhere ? ROUTER_2 : ROUTER_1);

	shape(m, f, &q);
	q.m.lifetime = w->bye ? 0 : 600;
	q.no_mhae = w->signature == BY_ROUTER;
	q.foreign_agent = w->signature != BY_HOST;
	if (w->signature == BY_HOST)
		q.m.flags |= MIP4_D; /* as an access node; who leaves D clear has to sign, too */
	ask(&m->b, &q);
}

/* --- the outcome --- */

static char extension(const struct mip4_message *r)
{
	if (r->hoa == MIP4_FULL)
		return r->hoa_unique ? 'u' : 's';
	return r->hoa == MIP4_EMPTY ? 'e' : '-';
}

static char whose(const struct matrix *m, enum form f, const struct in6_addr *a)
{
	struct rrq q = { .from = { 0 } };

	shape(m, f, &q);
	if (m->has && in6_equal(a, &m->own))
		return '=';
	if (q.m.hoa == MIP4_FULL && in6_equal(a, &q.m.hoa_address))
		return '@';
	return q.m.hoa_request_iid && iid_of(a) == q.m.hoa_request_iid ? '+' : '*';
}

/* The one event about the binding of the host. */
static char what_happened(struct bench *b)
{
	static const struct {
		enum event event;
		char letter;
	} v[] = { { EVENT_ATTACHED, 'A' },
		  { EVENT_RENEWED, 'R' },
		  { EVENT_MOVED, 'M' },
		  { EVENT_DETACHED, 'D' } };
	char found = 0;

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (event(b, v[i].event)) {
			assert_int_equal(found, 0);
			found = v[i].letter;
		}
	return found;
}

/* The agent before is told by NAI and by the address that it knew (draft 4.4, A21). */
static char revoked(const struct matrix *m)
{
	struct datagram to;
	struct mip4_message r;
	bool any = false;

	for (size_t i = 0; i < count(&m->b, ACTION_SEND); i++)
		any |= nth(&m->b, ACTION_SEND, i)->datagram.payload.p[0] == MIP4_REVOCATION;
	if (!any)
		return 0;
	r = sent((struct bench *)&m->b, MIP4_REVOCATION, &to);
	assert_true(bytes_equal(r.nai, BYTES(NAI, strlen(NAI))));
	assert_true(in4_equal(r.care_of, in4(ROUTER_1)) && in4_equal(to.remote, in4(ROUTER_1)));
	assert_true(m->registered_link ? r.mhae.present : r.fhae.present);
	if (r.hoa == MIP4_FULL)
		assert_true(in6_equal(&r.hoa_address, &m->own));
	return extension(&r);
}

/* What `show` has of it afterwards is what the reply promised. */
static void assert_kept_promise(struct matrix *m, const struct mip4_message *r, const struct way *w)
{
	struct ha_binding_info info;

	assert_true(shown(&m->b, NAI, &info));
	assert_int_equal(info.tunnel.remote.s_addr, in4(w->elsewhere ? ROUTER_2 : ROUTER_1).s_addr);
	assert_int_equal(info.tunnelling, r->hoa != MIP4_FULL);
	assert_int_equal(r->lifetime, 600);
	assert_int_equal(info.granted, 600);
	if (r->hoa != MIP4_FULL)
		return;
	assert_true(info.has_home && in6_equal(&info.home, &r->hoa_address));
	assert_int_equal(info.unique, r->hoa_unique);
	assert_true(info.n_addresses == 1 && info.addresses[0].bound);
}

static void assert_as_it_was(struct matrix *m, bool had, const struct ha_binding_info *before)
{
	struct ha_binding_info after;

	assert_int_equal(shown(&m->b, NAI, &after), had);
	assert_int_equal(count(&m->b, ACTION_TUNNEL_SET) + count(&m->b, ACTION_TUNNEL_DEL) +
				 count(&m->b, ACTION_ADDRESS_SET) +
				 count(&m->b, ACTION_ADDRESS_DEL),
			 0);
	if (!had)
		return;
	assert_int_equal(after.tunnel.remote.s_addr, before->tunnel.remote.s_addr);
	assert_int_equal(after.lifetime, before->lifetime);
	assert_int_equal(after.has_home, before->has_home);
	assert_true(in6_equal(&after.home, &before->home));
}

/* Writes the notation of what has come of it. */
static void judge(struct matrix *m, enum form f, const struct way *w, char ret[static 16])
{
	struct ha_binding_info before, after;
	const bool had = shown(&m->b, NAI, &before);
	struct mip4_message r;
	char happened, told;
	size_t n;

	send_request(m, f, w);
	if (count(&m->b, ACTION_SEND) == 0) {
		uint64_t reasons = 0;

		for (int i = 0; i < DROP_MAX; i++)
			reasons += drops(&m->b, (enum drop)i);
		assert_true(reasons > 0);
		assert_as_it_was(m, had, &before);
		strcpy(ret, "drop");
		return;
	}
	r = reply(&m->b);
	happened = what_happened(&m->b);
	told = revoked(m);
	n = (size_t)sprintf(ret, "%d%c", r.code, extension(&r));
	if (r.hoa == MIP4_FULL)
		ret[n++] = whose(m, f, &r.hoa_address);
	if (happened)
		ret[n++] = happened;
	if (told) {
		ret[n++] = '!';
		ret[n++] = told;
	}
	ret[n] = 0;
	if (!happened)
		assert_as_it_was(m, had, &before);
	else if (happened == 'D')
		assert_false(shown(&m->b, NAI, &after));
	else
		assert_kept_promise(m, &r, w);
}

static void run(const struct row *row, const struct way *w, const char *expected)
{
	static struct matrix m;
	char seen[16];

	m = (struct matrix){ 0 };
	configure(&m, row->state);
	m.b.config.per_node_auth = w->per_node_auth;
	m.b.config.dereg_fhae = !w->dereg_without_fhae;
	reach(&m, row->state);
	judge(&m, row->form, w, seen);
	if (!expected || strcmp(seen, expected))
		fail_msg("%s; %s; %s: expected %s, saw %s", state_names[row->state],
			 form_names[row->form], w->name, expected ? expected : "nothing", seen);
	bench_done(&m.b);
}

static void run_all(const struct row *rows, size_t n_rows, const struct way *ways, size_t n_ways)
{
	for (size_t i = 0; i < n_rows; i++)
		for (size_t j = 0; j < n_ways; j++)
			run(&rows[i], &ways[j], rows[i].outcome[j]);
}

#define N(v) (sizeof(v) / sizeof((v)[0]))

static void every_request_of_a_router_in_every_state(void **state)
{
	run_all(requests, N(requests), request_ways, N(request_ways));
	assert_int_equal(N(requests), STATES * FORMS);
}

static void every_request_that_lacks_a_signature(void **state)
{
	run_all(signatures, N(signatures), signature_ways, N(signature_ways));
	assert_int_equal(N(signatures), 3 * FORMS);
}

/* --- in words --- */

static const char *extension_words(char c)
{
	switch (c) {
	case 'e':
		return "empty extension";
	case 's':
		return "address";
	case 'u':
		return "/64";
	}
	return "no extension";
}

static const char *address_words(char c)
{
	switch (c) {
	case '=':
		return ", as before";
	case '+':
		return ", new, with that identifier";
	case '*':
		return ", new";
	case '@':
		return ", as in the request";
	}
	return "";
}

static const char *binding_words(char c)
{
	switch (c) {
	case 'A':
		return "; registered";
	case 'R':
		return "; renewed";
	case 'M':
		return "; moved";
	case 'D':
		return "; ended";
	}
	return "";
}

static void write_outcome(FILE *f, const char *o)
{
	size_t digits = strspn(o, "0123456789");
	const char *at = o + digits;

	if (digits == 0) {
		fputs(" no reply |", f);
		return;
	}
	fprintf(f, " **%.*s** %s", (int)digits, o, extension_words(*at++));
	if (*at && strchr("=+*@", *at))
		fputs(address_words(*at++), f);
	if (*at && *at != '!')
		fputs(binding_words(*at++), f);
	if (*at == '!')
		fputs(", the agent before is told", f);
	fputs(" |", f);
}

static void write_table(FILE *f, const struct row *rows, size_t n_rows, const struct way *ways,
			size_t n_ways)
{
	for (size_t i = 0; i < n_rows; i++) {
		if (i == 0 || rows[i].state != rows[i - 1].state) {
			fprintf(f, "\n### %s\n\n| extension |", state_names[rows[i].state]);
			for (size_t j = 0; j < n_ways; j++)
				fprintf(f, " %s |", ways[j].name);
			fputs("\n|---|", f);
			for (size_t j = 0; j < n_ways; j++)
				fputs("---|", f);
			fputs("\n", f);
		}
		fprintf(f, "| %s |", form_names[rows[i].form]);
		for (size_t j = 0; j < n_ways; j++)
			write_outcome(f, rows[i].outcome[j]);
		fputs("\n", f);
	}
}

static const char preface[] =
	"# Requests and replies\n"
	"\n"
	"What the home agent answers to a Registration Request, and what becomes of the host's\n"
	"registration: for every form of the draft's two extensions, in every state that matters.\n"
	"`make conformance` writes this file from the rows of tests/unit/core/ha_matrix.c, each "
	"of\n"
	"which is a test; `make check` fails if the two differ.\n"
	"\n"
	"*Request* is the IPv6 Home Address Request of draft 4.1, with an interface identifier or\n"
	"empty; *Address* the IPv6 Home Address of draft 4.2. A cell says the reply's code, then "
	"what\n"
	"its own IPv6 Home Address extension holds: an address (U clear), a /64 (U set: the "
	"address\n"
	"with all that surrounds it), or nothing. Codes: 0 accepted, 129 prohibited, 130 no\n"
	"resources, 132 the access router's signature is missing or wrong, 134 malformed. The "
	"agent\n"
	"before is told by a Revocation with the NAI and the address that it knew. What is not\n"
	"mentioned stays as it was.\n";

static int write_words(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		perror(path);
		return 1;
	}
	fputs(preface, f);
	fputs("\n## Requests of access routers, signed by host and router\n", f);
	write_table(f, requests, N(requests), request_ways, N(request_ways));
	fputs("\n## Requests that lack a signature\n", f);
	write_table(f, signatures, N(signatures), signature_ways, N(signature_ways));
	return fclose(f) ? 1 : 0;
}

static const struct test tests[] = {
	TEST(every_request_of_a_router_in_every_state,
	     "HA-1 HA-3 HA-6 HA-24 HA-33 HA-34 HA-37 HA-38 EXT-6 EXT-7 EXT-8 EXT-10"),
	TEST(every_request_that_lacks_a_signature, "HA-40"),
};

int main(int argc, char **argv)
{
	return argc == 2 ? write_words(argv[1]) : TESTS_RUN("core_ha_matrix", tests);
}
