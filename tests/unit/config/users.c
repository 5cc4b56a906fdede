/* SPDX-License-Identifier: Apache-2.0 */
/* Ports with PPPoE, and the file of users who may dial in there. */
#include "files.h"

#include <fcntl.h>

#define PORT  "    - {interface: ppp0, realm: lab.example, addressing: pppoe}\n"
#define PPPOE GOOD_AR PORT "  pppoe: {users: users}\n"

#define USERS                                                                                      \
	"users:\n"                                                                                 \
	"  - {name: berta, secret: \"second secret\"}\n"                                           \
	"  - {name: anna@lab.example, secret: first}\n"

static int read_all(const char *config, const char *users, mode_t mode, struct config **ret,
		    struct config_mistakes *ret_mistakes)
{
	struct files f = files_new(config, AR_KEYS);
	int err;

	if (users)
		write_file(f.users, users, mode);
	err = config_read(f.config, test_env(), ret, ret_mistakes);
	files_remove(&f);
	return err;
}

static struct config *read_good(const char *config, const char *users)
{
	struct config_mistakes m;
	struct config *c = NULL;

	if (read_all(config, users, 0600, &c, &m))
		fail_msg("%s", m.v[0].text);
	return c;
}

static void assert_user(const struct user_config *u, const char *name, const char *secret)
{
	assert_string_equal(u->name, name);
	assert_int_equal(u->secret_length, strlen(secret));
	assert_memory_equal(u->secret, secret, u->secret_length);
}

static void a_port_with_pppoe_gets_the_defaults(void **state)
{
	struct config *c = read_good(PPPOE, USERS);
	const struct ar_pppoe *p = &c->access_router.role.pppoe;

	assert_int_equal(c->access_router.access.ports[0].router.addressing, AR_DHCPV6);
	assert_int_equal(c->access_router.access.ports[1].router.addressing, AR_PPP);
	assert_int_equal(p->auth, AUTH_CHAP_MD5);
	assert_string_equal(p->name, "netmip4");
	assert_string_equal(p->service, "");
	assert_int_equal(p->sessions_per_mac, 8);
	assert_int_equal(p->echo_interval, 10);
	assert_int_equal(p->echo_failures, 3);
	assert_int_equal(p->n_realms, 0);
	config_free(c);
}

static void everything_of_pppoe_is_read(void **state)
{
	struct config *c = read_good(GOOD_AR PORT "  pppoe:\n"
						  "    authentication: eap\n"
						  "    users: users\n"
						  "    ac-name: north\n"
						  "    service-name: internet v6\n"
						  "    sessions-per-mac: 2\n"
						  "    echo-interval: 1m\n"
						  "    echo-failures: 5\n"
						  "    realms:\n"
						  "      - {realm: lab.example, prefix: shared}\n",
				     USERS);
	const struct ar_pppoe *p = &c->access_router.role.pppoe;

	assert_int_equal(p->auth, AUTH_EAP);
	assert_string_equal(p->name, "north");
	assert_string_equal(p->service, "internet v6");
	assert_int_equal(p->sessions_per_mac, 2);
	assert_int_equal(p->echo_interval, 60);
	assert_int_equal(p->echo_failures, 5);
	assert_int_equal(p->n_realms, 1);
	assert_string_equal(p->realms[0].name, "lab.example");
	assert_true(p->realms[0].shared);
	assert_int_equal(p->realms[0].iid_policy, AR_IID_ASSIGN);
	config_free(c);

	c = read_good(GOOD_AR PORT "  pppoe: {users: users, authentication: pap, realms: [{realm: "
				   "lab.example, prefix: unique, iid-policy: accept-peer}]}\n",
		      USERS);
	p = &c->access_router.role.pppoe;
	assert_int_equal(p->auth, AUTH_PAP);
	assert_false(p->realms[0].shared);
	assert_int_equal(p->realms[0].iid_policy, AR_IID_ACCEPT_PEER);
	config_free(c);
}

static void users_are_read_in_the_order_of_their_names(void **state)
{
	struct config *c = read_good(PPPOE, USERS);

	assert_int_equal(c->n_users, 2);
	assert_user(&c->users[0], "anna@lab.example", "first");
	assert_user(&c->users[1], "berta", "second secret");
	config_free(c);
	c = read_good(PPPOE, "users: []\n"); /* nobody, for now */
	assert_int_equal(c->n_users, 0);
	config_free(c);
}

#define LONG_32  "abcdefghijklmnopqrstuvwxyz012345"
#define LONG_128 LONG_32 LONG_32 LONG_32 LONG_32

static const struct wrong {
	const char *config, *users;
	unsigned line;
	const char *says;
} wrongs[] = {
	/* clang-format off */
	{ GOOD_AR PORT, USERS, 9, "access-router.ports[1].addressing: there is nobody who could dial in here; write pppoe: {users: FILE} in this section" },
	{ PPPOE, NULL, 10, "access-router.pppoe.users: \"" },
	{ PPPOE, NULL, 10, "No such file or directory; write the path of the file of users" },
	{ GOOD_AR "    - {interface: ppp0, realm: lab.example, addressing: pppoe, identity: duid}\n  pppoe: {users: users}\n", USERS, 9, "access-router.ports[1].identity: hosts say no DUID with addressing: pppoe; write mac, or dhcpv6 there" },
	{ GOOD_AR "    - {interface: ppp0, nai: a@lab.example, addressing: pppoe}\n  pppoe: {users: users}\n", USERS, 9, "access-router.ports[1]: hosts of this port are called as they authenticate; write realm:" },
	{ GOOD_AR "    - {interface: ppp0, addressing: pppoe}\n  pppoe: {users: users}\n", USERS, 9, "access-router.ports[1]: hosts of this port are called as they authenticate; write realm:" },
	{ GOOD_AR "    - {interface: ppp0, realm: lab.example, addressing: pppoe, eager: true}\n  pppoe: {users: users}\n", USERS, 9, "access-router.ports[1].eager: hosts of this port register when they have dialled in; remove this" },
	{ GOOD_AR "    - {interface: ppp0, realm: LAB.example, addressing: pppoe}\n  pppoe: {users: users}\n", USERS, 9, "access-router.ports[1]: there is no key for the realm \"LAB.example\"; write one in" },
	{ GOOD_AR PORT "  pppoe: {users: users, authentication: none}\n", USERS, 10, "access-router.pppoe.authentication: \"none\" is none of the words for this; write pap, chap or eap" },
	{ GOOD_AR PORT "  pppoe: {users: users, ac-name: \"\"}\n", USERS, 10, "access-router.pppoe.ac-name: there is no value; write a name" },
	{ GOOD_AR PORT "  pppoe: {users: users, service-name: " LONG_128 "}\n", USERS, 10, "access-router.pppoe.service-name: this is not a name; write at most 64 printable characters" },
	{ GOOD_AR PORT "  pppoe: {users: users, sessions-per-mac: 0}\n", USERS, 10, "access-router.pppoe.sessions-per-mac: \"0\" does not fit; write a number from 1 to 65534" },
	{ GOOD_AR PORT "  pppoe: {users: users, echo-interval: 10ms}\n", USERS, 10, "access-router.pppoe.echo-interval: \"10ms\" does not fit" },
	{ GOOD_AR PORT "  pppoe: {users: users, echo-failures: 0}\n", USERS, 10, "access-router.pppoe.echo-failures: \"0\" does not fit; write a number from 1 to 100" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {realm: lab.example, prefix: both}\n", USERS, 13, "access-router.pppoe.realms[0].prefix: \"both\" is none of the words for this; write unique or shared" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {realm: lab.example, iid-policy: any}\n", USERS, 13, "access-router.pppoe.realms[0].iid-policy: \"any\" is none of the words for this; write assign or accept-peer" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {realm: lab.example, prefix: shared, iid-policy: accept-peer}\n", USERS, 13, "access-router.pppoe.realms[0]: with prefix: shared the home agent chooses the identifier; write iid-policy: assign or prefix: unique" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {realm: lab.example}\n      - {realm: lab.example}\n", USERS, 14, "access-router.pppoe.realms[1]: this realm stands on line 13 already; write each once" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {realm: other.example}\n", USERS, 13, "access-router.pppoe.realms[0]: there is no key for the realm \"other.example\"; write one in" },
	{ GOOD_AR PORT "  pppoe:\n    users: users\n    realms:\n      - {prefix: unique}\n", USERS, 13, "access-router.pppoe.realms[0]: \"realm\" is missing" },
	/* the file of users */
	{ PPPOE, "", 1, "the file is empty" },
	{ PPPOE, "- {name: anna, secret: x}\n", 1, "write keys, such as \"users: ...\"" },
	{ PPPOE, "users: anna\n", 1, "users: this is not a list; write one user a line: - {name: anna, secret: ...}" },
	{ PPPOE, "users:\n  - {name: anna}\n", 2, "users[0]: \"secret\" is missing" },
	{ PPPOE, "users:\n  - {secret: x}\n", 2, "users[0]: \"name\" is missing" },
	{ PPPOE, "users:\n  - {name: anna, secret: x, realm: y}\n", 2, "there is no key \"realm\"" },
	{ PPPOE, "users:\n  - {name: \"\", secret: x}\n", 2, "users[0].name: there is no value; write a name" },
	{ PPPOE, "users:\n  - {name: \"a\\x07\", secret: x}\n", 2, "users[0].name: this is not a name" },
	{ PPPOE, "users:\n  - {name: a" LONG_128 ", secret: x}\n", 2, "users[0].name: this is not a name" },
	{ PPPOE, "users:\n  - {name: anna, secret: \"\"}\n", 2, "users[0].secret: there is no value; write a secret" },
	{ PPPOE, "users:\n  - {name: anna, secret: x" LONG_128 "}\n", 2, "users[0].secret: the secret has 129 octets; write at most 128" },
	{ PPPOE, "users:\n  - {name: anna, secret: x}\n  - {name: berta, secret: x}\n  - {name: anna, secret: y}\n", 4, "users: \"anna\" stands on line 2 already; write each user once" },
	{ PPPOE, "users:\n  - {name: anna, secret: x}\n  - {name: anna@lab.example, secret: y}\n", 2, "users: with the realm of its port this is \"anna@lab.example\", which stands on line 3; write each user once" },
	{ PPPOE, "users:\n  - {name: anna@nokey.example, secret: x}\n", 2, "users: there is no key for the realm \"nokey.example\"; write one in" },
	{ PPPOE, "users:\n  - {name: anna b, secret: x}\n", 2, "users: \"anna b\" cannot be the name of a host; write one without spaces" },
	/* clang-format on */
};

static void every_mistake_is_found_with_its_line(void **state)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct wrong *w = &wrongs[i];
		struct config_mistakes m;
		struct config *c = NULL;

		assert_int_equal(read_all(w->config, w->users, 0600, &c, &m), -EINVAL);
		if (!strstr(m.v[0].text, w->says) || m.v[0].line != w->line || m.n != 1)
			fail_msg("expected %u: %s\n%zu: %u: %s", w->line, w->says, m.n, m.v[0].line,
				 m.v[0].text);
		config_mistakes_done(&m);
	}
}

/* Nor one that is wrong: it would end in a log. */
static void no_secret_is_quoted(void **state)
{
	struct config_mistakes m;
	struct config *c = NULL;

	assert_int_equal(
		read_all(PPPOE, "users:\n  - {name: anna, secret: [hunter2]}\n", 0600, &c, &m),
		-EINVAL);
	assert_null(strstr(m.v[0].text, "hunter2"));
	config_mistakes_done(&m);
	assert_int_equal(
		read_all(PPPOE, "users:\n  - {name: anna, secret: x" LONG_128 "}\n", 0600, &c, &m),
		-EINVAL);
	assert_null(strstr(m.v[0].text, LONG_32));
	config_mistakes_done(&m);
}

static void users_that_others_can_read_are_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0644, 0602, 0610 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct config_mistakes m;
		struct config *c = NULL;

		assert_int_equal(read_all(PPPOE, USERS, modes[i], &c, &m), -EINVAL);
		assert_int_equal(m.n, 1);
		assert_non_null(
			strstr(m.v[0].text, "so others can use the users; change it: chmod 0600"));
		config_mistakes_done(&m);
	}
}

struct told {
	char keys[256];
};

static void tell(void *ctx, const char *key, unsigned line, bool kept)
{
	struct told *t = ctx;

	strcat(strcat(strcat(t->keys, kept ? "!" : ""), key), " ");
}

static void a_reload_takes_users_and_keeps_the_rest(void **state)
{
	struct config *old = read_good(PPPOE, USERS);
	struct config *next =
		read_good(GOOD_AR PORT "  pppoe: {users: users, authentication: pap}\n",
			  "users: [{name: anna@lab.example, secret: new}]\n");
	struct told t = { "" };

	/* as if both had been in the same folder */
	strcpy(next->access_router.users, old->access_router.users);
	strcpy(next->keys, old->keys);
	assert_int_equal(config_keep(next, old, tell, &t), 0);
	assert_string_equal(t.keys,
			    "access-router.pppoe.users !access-router.pppoe.authentication ");
	assert_int_equal(next->n_users, 1);
	assert_user(&next->users[0], "anna@lab.example", "new");
	assert_int_equal(next->access_router.role.pppoe.auth, AUTH_CHAP_MD5);
	config_free(old);
	config_free(next);
}

static void users_stay_with_an_access_router_that_cannot_go(void **state)
{
	struct config *old = read_good(PPPOE, USERS), *next = read_good(GOOD_HA, NULL);
	struct told t = { "" };

	assert_int_equal(config_keep(next, old, tell, &t), 0);
	config_free(old);
	assert_true(next->has_access_router);
	assert_int_equal(next->n_users, 2);
	assert_user(&next->users[1], "berta", "second secret");
	config_free(next);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_port_with_pppoe_gets_the_defaults, ""),
		TEST(everything_of_pppoe_is_read, ""),
		TEST(users_are_read_in_the_order_of_their_names, ""),
		TEST(every_mistake_is_found_with_its_line, ""),
		TEST(no_secret_is_quoted, "SEC-1"),
		TEST(users_that_others_can_read_are_refused, "SEC-1"),
		TEST(a_reload_takes_users_and_keeps_the_rest, ""),
		TEST(users_stay_with_an_access_router_that_cannot_go, ""),
	};

	return TESTS_RUN("unit", tests);
}
