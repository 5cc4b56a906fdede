/* SPDX-License-Identifier: Apache-2.0 */
/* The load generator's parts: its messages against the golden vectors of the access router, the
 * population, the histogram. */
#include "test.h"

#include "io/mac.h"
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOSTS 10

static struct options options = {
	.routers = 2,
	.nodes = 1,
	.hosts = HOSTS,
	.lifetime = 600,
	.mix = { [RENEWAL] = 80, [INITIAL] = 10, [MOVEMENT] = 10, [DEREGISTRATION] = 10 },
	.identifiers = true
};
static struct counts counts;

static struct in_addr in4(const char *s)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, s, &a), 1);
	return a;
}

/* What sa_table_new takes; each load_new begins anew. */
static uint8_t arena[1 << 16] __attribute__((aligned(16)));
static size_t arena_used;

static void *take(void *ctx, size_t n)
{
	void *p = arena + arena_used;

	arena_used += (n + 15) & ~(size_t)15;
	assert_true(arena_used <= sizeof(arena));
	return p;
}

/* Keys of the golden vectors: MN-HA 10..1f, FA-HA 20..2f. */
static struct sa_config association(enum sa_scope scope, uint32_t spi, uint8_t first)
{
	struct sa_config c = {
		.scope = scope, .spi = spi, .algorithm = &mac_hmac_md5, .key_length = 16
	};

	for (uint8_t i = 0; i < 16; i++)
		c.key[i] = (uint8_t)(first + i);
	return c;
}

#define ROUTED 13 /* a host of the second router */
#define DIRECT 25 /* a host of the access node */

/* Two routers, 198.51.100.0 and .1, with ten hosts each, and a node with ten, whose care-of
 * addresses follow. */
static struct load *load_from(const char *sources)
{
	static struct load l;
	const struct core_env env = { .memory = { take, NULL }, .derive = &mac_hmac_sha256 };
	struct sa_config sas[] = { association(SA_NAI, 0x200, 0x10),
				   association(SA_NAI, 0x200, 0x10),
				   association(SA_NODE, 0x300, 0x20) };

	options.home_agent = in4("192.0.2.1");
	options.sources = in4(sources);
	strcpy(options.realm, "example.net");
	strcpy(sas[0].name, "load13@example.net");
	strcpy(sas[1].name, "load25@example.net");
	sas[2].node = (struct in_addr){ htonl(ntohl(options.sources.s_addr) + 1) };
	counts = (struct counts){ 0 };
	memset(arena, 0, sizeof(arena));
	arena_used = 0;
	l = (struct load){ .o = &options, .numbers = mip4_numbers_default, .counts = &counts };
	rng_seed(&l.rng, 1);
	assert_int_equal(sa_table_new(sas, 3, 8, &env, &l.sas), 0);
	assert_int_equal(population_new(&options, &l.p), 0);
	return &l;
}

static struct load *load_new(void)
{
	return load_from("198.51.100.0");
}

static void load_free(struct load *l)
{
	population_done(&l->p);
}

static struct host *host_asking(struct load *l, uint32_t host, enum kind k)
{
	struct host *h = &l->p.hosts[host];

	h->kind = (uint8_t)k;
	h->next_place = h->place;
	h->identification = 0xc9f4a50012345678;
	return h;
}

/* ---- requests ---- */

struct expected {
	uint8_t v[REQUEST_MAX];
	size_t n;
};

static void append(struct expected *e, const void *p, size_t n)
{
	memcpy(e->v + e->n, p, n);
	e->n += n;
}

/* HMAC-MD5 under the key first, first + 1, ... over all before it (RFC 5944 3.5). */
static void append_authenticator(struct expected *e, const void *head, uint8_t first)
{
	const struct sa_config c = association(SA_NAI, 256, first);
	uint8_t state[MAC_STATE_MAX] __attribute__((aligned(16)));

	append(e, head, 6); /* Type, Length, SPI */
	mac_hmac_md5.set_key(state, BYTES(c.key, c.key_length));
	mac_hmac_md5.sign(state, BYTES(e->v, e->n), BYTES(NULL, 0), e->v + e->n);
	e->n += 16;
}

static void assert_request(struct load *l, uint32_t host, const struct expected *e)
{
	uint8_t buf[REQUEST_MAX];
	size_t n = request_write(l, host, buf);

	assert_int_equal(n, e->n);
	assert_memory_equal(buf, e->v, n);
}

/* Golden vector 1 with our name, and with 137 between the authenticators (RFC 3543 3.1). */
static void a_router_asks_for_an_address_with_both_authenticators(void **state)
{
	struct load *l = load_new();
	struct expected e = { .n = 0 };

	host_asking(l, ROUTED, INITIAL);
	append(&e, "\x01\x02\x02\x58", 4);                  /* RRQ, T, 600 s */
	append(&e, "\0\0\0\0\xc0\x00\x02\x01", 8);          /* no home address; home agent */
	append(&e, "\xc6\x33\x64\x01", 4);                  /* care-of: the router itself */
	append(&e, "\xc9\xf4\xa5\x00\x12\x34\x56\x78", 8);  /* Identification */
	append(&e, "\x83\x12load13@example.net", 20);       /* NAI */
	append(&e, "\x7f\x09\x00\0\0\0\x10\0\0\0\x0d", 11); /* TBD-1 with an IID */
	append_authenticator(&e, "\x20\x14\x00\x00\x02\x00", 0x10);
	append(&e, "\x89\x06\x80\x00\xc9\xf4\xa5\x00", 8); /* 137: I, Timestamp */
	append_authenticator(&e, "\x22\x14\x00\x00\x03\x00", 0x20);
	assert_request(l, ROUTED, &e);
	load_free(l);
}

static void a_router_renews_and_deregisters_with_the_home_address(void **state)
{
	struct load *l = load_new();
	uint8_t buf[REQUEST_MAX];
	struct mip4_message m;

	for (enum kind k = INITIAL; k < KINDS; k++) {
		struct host *h = host_asking(l, ROUTED, k);
		size_t n;

		assert_int_equal(inet_pton(AF_INET6, "2001:db8:1:a::1", &h->home), 1);
		n = request_write(l, ROUTED, buf);
		assert_int_equal(mip4_decode(BYTES(buf, n), &l->numbers, &m), 0);
		assert_int_equal(m.lifetime, k == DEREGISTRATION ? 0 : 600);
		if (k == INITIAL || k == MOVEMENT) {
			assert_int_equal(m.hoa_request, MIP4_FULL);
			assert_int_equal(m.hoa, MIP4_ABSENT);
		} else {
			assert_int_equal(m.hoa_request, MIP4_ABSENT);
			assert_int_equal(m.hoa, MIP4_FULL);
			assert_true(in6_equal(&m.hoa_address, &h->home));
		}
	}
	options.identifiers = false;
	host_asking(l, ROUTED, INITIAL);
	assert_int_equal(mip4_decode(BYTES(buf, request_write(l, ROUTED, buf)), &l->numbers, &m),
			 0);
	assert_int_equal(m.hoa_request, MIP4_FULL);
	assert_int_equal(m.hoa_request_iid, 0); /* the home agent chooses */
	options.identifiers = true;
	load_free(l);
}

/* Golden vector 3 with our name, and with 137. */
static void a_node_asks_as_our_client_does(void **state)
{
	struct load *l = load_new();
	struct expected e = { .n = 0 };

	host_asking(l, DIRECT, INITIAL);
	append(&e, "\x01\x22\x02\x58", 4);                 /* RRQ, D and T, 600 s */
	append(&e, "\0\0\0\0\xc0\x00\x02\x01", 8);         /* no home address; home agent */
	append(&e, "\xc6\x33\x64\x0c", 4);                 /* care-of: the host's, 2 + 2 * 5 */
	append(&e, "\xc9\xf4\xa5\x00\x12\x34\x56\x78", 8); /* Identification */
	append(&e, "\x83\x12load25@example.net", 20);      /* NAI */
	append(&e, "\x7f\x01\x00", 3);                     /* empty TBD-1 */
	append(&e, "\x89\x06\x80\x00\xc9\xf4\xa5\x00", 8); /* 137 */
	append_authenticator(&e, "\x20\x14\x00\x00\x02\x00", 0x10);
	assert_request(l, DIRECT, &e);

	host_asking(l, DIRECT, DEREGISTRATION)->next_place = 1;
	e.n = 0;
	append(&e, "\x01\x22\x00\x00", 4);
	append(&e, "\0\0\0\0\xc0\x00\x02\x01", 8);
	append(&e, "\xc6\x33\x64\x0d", 4); /* its other care-of address */
	append(&e, "\xc9\xf4\xa5\x00\x12\x34\x56\x78", 8);
	append(&e, "\x83\x12load25@example.net", 20);
	append(&e, "\xff\x01\x00", 3); /* empty TBD-2 */
	append(&e, "\x89\x06\x80\x00\xc9\xf4\xa5\x00", 8);
	append_authenticator(&e, "\x20\x14\x00\x00\x02\x00", 0x10);
	assert_request(l, DIRECT, &e);
	load_free(l);
}

static void an_identification_is_always_newer(void **state)
{
	struct load *l = load_new();
	struct host *h = &l->p.hosts[DIRECT];

	for (int i = 0; i < 1000; i++) {
		uint64_t next = request_identification(l, h, 0xe000000000000000);

		assert_true(!h->identification || ntp_later(next, h->identification));
		h->identification = next;
	}
	load_free(l);
}

static void names_are_those_of_hosts(void **state)
{
	static const struct {
		const char *nai;
		uint32_t host;
	} names[] = {
		{ "load0@example.net", 0 },
		{ "load29@example.net", 29 },
		{ "load30@example.net", NOBODY },
		{ "load030@example.net", NOBODY },
		{ "load@example.net", NOBODY },
		{ "load3@example.com", NOBODY },
		{ "xoad3@example.net", NOBODY },
		{ "load99999999999999999999@example.net", NOBODY },
		{ "load3@example.net2", NOBODY },
		{ "", NOBODY },
	};
	struct load *l = load_new();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(host_of_nai(l, BYTES(names[i].nai, strlen(names[i].nai))),
				 names[i].host);
	load_free(l);
}

/* ---- replies ---- */

static struct mip4_sa keyed(uint32_t spi, uint8_t first)
{
	const struct sa_config c = association(SA_NAI, spi, first);
	struct mip4_sa sa = { .spi = spi, .algorithm = &mac_hmac_md5 };

	mac_hmac_md5.set_key(sa.state, BYTES(c.key, c.key_length));
	return sa;
}

/* What is unusual about a reply; all zero is a right one. */
struct oddity {
	const char *explained; /* NULL: a right one */
	uint64_t identification;
	uint16_t lifetime;
	const char *home;
	const char *home_agent;
	uint8_t code, mn_key, fa_key;
	bool not_unique, no_fhae, no_home;
};

static const char *check(struct load *l, uint32_t host, const struct oddity *o)
{
	static uint8_t buf[REQUEST_MAX];
	const struct host *h = &l->p.hosts[host];
	const bool routed = is_routed(&l->p, host);
	const enum mip4_auth auths[] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa mn = keyed(0x200, o->mn_key ? o->mn_key : 0x10);
	const struct mip4_sa fa = keyed(0x300, o->fa_key ? o->fa_key : 0x20);
	const struct mip4_sa *sas[] = { &mn, &fa };
	const struct datagram d = { .local = population_care_of(l->o, &l->p, host, h->next_place) };
	struct writer w = writer_new(buf, sizeof(buf));
	char name[NAI_MAX + 1];
	struct mip4_message m = { .type = MIP4_RRP,
				  .code = o->code,
				  .lifetime = o->lifetime ? o->lifetime : 600,
				  .home_agent =
					  o->home_agent ? in4(o->home_agent) : l->o->home_agent,
				  .identification =
					  o->identification ? o->identification : h->identification,
				  .nai = host_nai(l, host, name),
				  .hoa = o->no_home ? MIP4_ABSENT
					 : routed   ? MIP4_FULL
						    : MIP4_EMPTY,
				  .hoa_unique = !o->not_unique };

	assert_int_equal(
		inet_pton(AF_INET6, o->home ? o->home : "2001:db8::10:0:d", &m.hoa_address), 1);
	assert_int_equal(
		mip4_encode(&m, &l->numbers, auths, sas, routed && !o->no_fhae ? 2 : 1, &w), 0);
	assert_int_equal(mip4_decode(writer_bytes(&w), &l->numbers, &m), 0);
	return reply_check(l, host, &d, &m);
}

static void assert_explained(const char *said, const char *expected)
{
	if (!expected)
		assert_null(said);
	else
		assert_non_null(said ? strstr(said, expected) : NULL);
}

static void every_reply_to_a_router_is_checked(void **state)
{
	static const struct oddity replies[] = {
		{ .explained = NULL },
		{ .explained = "wrong MHAE", .mn_key = 0x11 },
		{ .explained = "wrong FHAE", .fa_key = 0x11 },
		{ .explained = "no FHAE", .no_fhae = true },
		{ .explained = "no home address", .no_home = true },
		{ .explained = "another interface identifier", .home = "2001:db8::10:0:e" },
		{ .explained = "no prefix of its own", .not_unique = true },
		{ .explained = "longer", .lifetime = 601 },
		{ .explained = "another Identification", .identification = 0xc9f4a50112345678 },
		{ .explained = "another home agent", .home_agent = "192.0.2.2" },
		/* a denial only has to be the home agent's */
		{ .explained = NULL, .code = MIP4_HA_RESOURCES, .no_home = true },
		{ .explained = "wrong MHAE", .code = MIP4_HA_RESOURCES, .mn_key = 0x11 },
	};
	struct load *l = load_new();

	host_asking(l, ROUTED, INITIAL);
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		assert_explained(check(l, ROUTED, &replies[i]), replies[i].explained);
	load_free(l);
}

static void the_home_address_of_a_registered_host_stays(void **state)
{
	const struct oddity same = { .home = "2001:db8:1:a::1" }, other = { .home = "2001:db8::2" };
	struct load *l = load_new();
	struct host *h = host_asking(l, ROUTED, MOVEMENT);

	assert_int_equal(inet_pton(AF_INET6, same.home, &h->home), 1);
	h->sent = 10 * NSEC_PER_SEC;
	h->expires = 11 * NSEC_PER_SEC;
	assert_null(check(l, ROUTED, &same)); /* also if the identifier is not the chosen one */
	assert_explained(check(l, ROUTED, &other), "another home address");
	h->expires = h->sent; /* over: it may get another */
	options.identifiers = false;
	assert_null(check(l, ROUTED, &other));
	options.identifiers = true;
	load_free(l);
}

static void every_reply_to_a_node_is_checked(void **state)
{
	static const struct oddity replies[] = {
		{ .explained = NULL },
		{ .explained = "wrong MHAE", .mn_key = 0x11 },
		{ .explained = "tunnelling mode", .no_home = true },
		{ .explained = "longer", .lifetime = 601 },
	};
	struct load *l = load_new();

	host_asking(l, DIRECT, RENEWAL);
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		assert_explained(check(l, DIRECT, &replies[i]), replies[i].explained);
	load_free(l);
}

/* ---- revocations ---- */

/* Golden vectors 5 and 6 with our name. */
static void a_revocation_is_acknowledged_once_it_is_right(void **state)
{
	static const char five[] =
		"\x07\x00\x80\x00\0\0\0\0\xc0\x00\x02\x01\xc6\x33\x64\x01" /* A */
		"\xc9\xf4\xa5\x10" /* Revocation Identifier */
		"\x83\x12load13@example.net"
		"\xff\x11\x80\x20\x01\x0d\xb8\x00\x01\x00\x0a\x00\x11\x22\x33"
		"\x44\x55\x0a\x01";
	static const char six[] = "\x0f\x00\x00\x00\0\0\0\0\xc9\xf4\xa5\x10"
				  "\x83\x12load13@example.net"
				  "\xff\x11\x80\x20\x01\x0d\xb8\x00\x01\x00\x0a\x00\x11\x22\x33\x44"
				  "\x55\x0a\x01";
	const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr = in4("127.0.0.1") };
	struct expected revocation = { .n = 0 }, ack = { .n = 0 };
	struct load *l = load_from("127.0.0.0"); /* the second router is 127.0.0.1 */
	struct sockaddr_in own = peer;
	socklen_t length = sizeof(own);
	struct mip4_message m;
	uint8_t got[REQUEST_MAX];
	uint32_t host = NOBODY;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (udp_new(0, &l->udp) < 0)
		SKIP("needs root: SO_RCVBUFFORCE");
	assert_int_equal(bind(fd, (const struct sockaddr *)&peer, sizeof(peer)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
	append(&revocation, five, sizeof(five) - 1);
	append_authenticator(&revocation, "\x22\x14\x00\x00\x03\x00", 0x20);
	append(&ack, six, sizeof(six) - 1);
	append_authenticator(&ack, "\x22\x14\x00\x00\x03\x00", 0x20);

	struct datagram d = { .local = in4("127.0.0.1"),
			      .remote = peer.sin_addr,
			      .remote_port = ntohs(own.sin_port),
			      .payload = BYTES(revocation.v, revocation.n) };
	revocation.v[revocation.n - 1] ^= 1;
	assert_int_equal(mip4_decode(d.payload, &l->numbers, &m), 0);
	assert_explained(revocation_acknowledge(l, &d, &m, &host), "wrong authenticator");
	assert_int_equal(udp_flush(l->udp), 0);
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), -1);

	revocation.v[revocation.n - 1] ^= 1;
	assert_int_equal(mip4_decode(d.payload, &l->numbers, &m), 0);
	assert_null(revocation_acknowledge(l, &d, &m, &host));
	assert_int_equal(host, ROUTED);
	assert_int_equal(udp_flush(l->udp), 0);
	assert_int_equal(recv(fd, got, sizeof(got), 0), ack.n);
	assert_memory_equal(got, ack.v, ack.n);
	udp_free(l->udp);
	close(fd);
	load_free(l);
}

/* ---- population ---- */

static void hosts_are_picked_for_what_they_can_do(void **state)
{
	struct load *l = load_new();
	struct population *p = &l->p;

	assert_int_equal(population_pick(p, RENEWAL, &l->rng), NOBODY);
	for (uint32_t i = 0; i < p->n; i++) {
		population_wait(p, i);
		if (i % 2)
			population_settle(p, i, HOST_REGISTERED);
	}
	assert_int_equal(p->n_waiting, p->n / 2);
	assert_int_equal(population_pick(p, INITIAL, &l->rng), NOBODY);
	for (int i = 0; i < 100; i++)
		assert_int_equal(population_pick(p, MOVEMENT, &l->rng) % 2, 1);
	/* the oldest first, whoever leaves in between */
	population_settle(p, 2, HOST_FREE);
	for (uint32_t i = 0; i < p->n; i += i ? 2 : 4) {
		assert_int_equal(p->oldest, i);
		population_settle(p, i, HOST_FREE);
	}
	assert_int_equal(p->n_waiting, 0);
	assert_int_equal(p->oldest, NOBODY);
	assert_int_equal(p->sets[HOST_FREE].n, p->n / 2);
	assert_int_equal(p->sets[HOST_REGISTERED].n, p->n / 2);
	load_free(l);
}

/* Every host is in the set of its state, once. */
static void assert_sets(const struct population *p)
{
	uint32_t n = p->n_waiting;

	for (enum state k = HOST_FREE; k <= HOST_REGISTERED; k++) {
		n += p->sets[k].n;
		for (uint32_t i = 0; i < p->sets[k].n; i++) {
			const struct host *h = &p->hosts[p->sets[k].v[i]];

			assert_int_equal(h->state, k);
			assert_int_equal(h->slot, i);
		}
	}
	assert_int_equal(n, p->n);
}

static void sets_stay_right_whatever_happens(void **state)
{
	struct load *l = load_new();
	struct population *p = &l->p;

	for (int i = 0; i < 2000; i++) {
		const uint32_t host = (uint32_t)rng_below(&l->rng, p->n);

		if (p->hosts[host].state != HOST_WAITING && rng_below(&l->rng, 2))
			population_wait(p, host);
		else
			population_settle(p, host,
					  rng_below(&l->rng, 2) ? HOST_FREE : HOST_REGISTERED);
		assert_sets(p);
	}
	load_free(l);
}

static void no_two_hosts_of_nodes_share_a_care_of_address(void **state)
{
	struct load *l = load_new();
	bool used[2 + 2 * HOSTS] = { false };

	for (uint32_t i = 2 * HOSTS; i < 3 * HOSTS; i++)
		for (uint32_t place = 0; place < 2; place++) {
			uint32_t a = ntohl(population_care_of(l->o, &l->p, i, place).s_addr) -
				     ntohl(l->o->sources.s_addr);

			assert_true(a >= 2 && a < sizeof(used) && !used[a]);
			used[a] = true;
		}
	assert_int_equal(population_elsewhere(l->o, &l->p, ROUTED, &l->rng), 0);
	assert_int_equal(population_elsewhere(l->o, &l->p, DIRECT, &l->rng), 1);
	load_free(l);
}

/* ---- histogram ---- */

static void percentiles_are_right_within_their_buckets(void **state)
{
	static struct histogram h;
	static const double fractions[] = { 0.001, 0.5, 0.9, 0.99, 0.999 };

	assert_int_equal(histogram_at(&h, 0.5), 0);
	for (nsec_t v = 1; v <= 1000000; v++)
		histogram_add(&h, v * 1000);
	for (size_t i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++) {
		const double exact = fractions[i] * 1e9,
			     got = (double)histogram_at(&h, fractions[i]);

		assert_true(got >= exact && got <= exact * 1.016);
	}
	assert_int_equal(histogram_at(&h, 1), 1000000000);
	assert_int_equal(h.max, 1000000000);
}

static void every_value_has_a_bucket(void **state)
{
	static const nsec_t values[] = { 0, 1, 63, 64, 127, 128, 129, INT64_MAX / 2, INT64_MAX };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		static struct histogram h;

		h = (struct histogram){ .n = 0 };
		histogram_add(&h, values[i]);
		assert_int_equal(histogram_at(&h, 0.5), values[i]);
	}
}

static const struct test tests[] = {
	TEST(a_router_asks_for_an_address_with_both_authenticators, ""),
	TEST(a_router_renews_and_deregisters_with_the_home_address, ""),
	TEST(a_node_asks_as_our_client_does, ""),
	TEST(an_identification_is_always_newer, ""),
	TEST(names_are_those_of_hosts, ""),
	TEST(every_reply_to_a_router_is_checked, ""),
	TEST(the_home_address_of_a_registered_host_stays, ""),
	TEST(every_reply_to_a_node_is_checked, ""),
	TEST(a_revocation_is_acknowledged_once_it_is_right, ""),
	TEST(hosts_are_picked_for_what_they_can_do, ""),
	TEST(sets_stay_right_whatever_happens, ""),
	TEST(no_two_hosts_of_nodes_share_a_care_of_address, ""),
	TEST(percentiles_are_right_within_their_buckets, ""),
	TEST(every_value_has_a_bucket, ""),
};

int main(void)
{
	return TESTS_RUN("unit/bench-load", tests);
}
