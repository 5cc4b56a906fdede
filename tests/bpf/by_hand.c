/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data plane of one node with its maps filled by hand, for live tests and benchmarks:
 *   by_hand CORE-MTU ENTRIES [HOME-INTERFACE HOME-PREFIX ERROR-ADDRESS | ROUTER-MAC]
 * then commands on standard input, one a line, each answered by a line on standard output:
 *   attach INTERFACE access|core|home|upstream|router|ppp
 *   tunnel LOCAL REMOTE [INTERFACE HOST-MAC ROUTER-ADDRESS | router]
 *   address ADDRESS LENGTH LOCAL REMOTE [INTERFACE HOST-MAC SESSION]
 *   fill N LOCAL REMOTE      N addresses from 2001:db8:ffff:: on, and as many tunnels
 *   mtu REMOTE MTU
 *   counters LOCAL REMOTE    packets and bytes from the host, packets and bytes to it
 *   drops                    those that are not zero
 *   punts                    how many packets have been punted since the last time
 * Reassembled packets re-enter by a veth pair, as in the daemon. Ends with its standard input.
 */
#include "dataplane/dataplane.h"
#include "io/reentry.h"
#include "io/segmenter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUTER_ADDRESS "fe80::ff:fe00:434"
#define WORDS_MAX      9

struct node {
	struct dataplane *plane;
	struct reentry *reentry;
	struct segmenter segmenter;
	int reassembled;
};

static void fail(const char *what, int err)
{
	fprintf(stderr, "by_hand: %s: %s\n", what, strerror(-err));
	exit(1);
}

static struct in_addr in4(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		fail(text, -EINVAL);
	return a;
}

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	if (inet_pton(AF_INET6, text, &a) != 1)
		fail(text, -EINVAL);
	return a;
}

static struct mac_addr mac(const char *text)
{
	struct mac_addr a;

	if (!ether_aton_r(text, (struct ether_addr *)&a))
		fail(text, -EINVAL);
	return a;
}

static uint32_t interface_of(const char *name)
{
	uint32_t i = if_nametoindex(name);

	if (!i)
		fail(name, -errno);
	return i;
}

static struct mac_addr interface_mac(const char *name)
{
	char path[64], text[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/address", name);
	f = fopen(path, "re");
	if (!f || !fgets(text, sizeof(text), f))
		fail(path, -errno);
	fclose(f);
	return mac(text);
}

static int do_attach(struct node *n, char **w)
{
	static const struct {
		const char *name;
		enum dataplane_hook hook;
	} hooks[] = { { "access", DATAPLANE_ACCESS }, { "core", DATAPLANE_CORE },
		      { "home", DATAPLANE_HOME },     { "upstream", DATAPLANE_UPSTREAM },
		      { "router", DATAPLANE_ROUTER }, { "ppp", DATAPLANE_PPP } };

	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (!strcmp(w[2], hooks[i].name))
			return dataplane_attach(n->plane, interface_of(w[1]), hooks[i].hook);
	return -EINVAL;
}

static int do_tunnel(struct node *n, char **w)
{
	struct tunnel t = { .local = in4(w[1]), .remote = in4(w[2]) };

	if (w[3] && !strcmp(w[3], "router")) {
		t.access = true;
	} else if (w[3]) {
		t.ifindex = interface_of(w[3]);
		t.host = mac(w[4]);
		t.router_address = in6(w[5]);
	}
	return dataplane_tunnel_set(n->plane, &t);
}

static int do_address(struct node *n, char **w)
{
	struct address a = { .prefix = in6(w[1]),
			     .length = (uint8_t)atoi(w[2]),
			     .state = ADDRESS_BOUND,
			     .local = in4(w[3]),
			     .remote = in4(w[4]) };

	if (w[5]) {
		a.ifindex = interface_of(w[5]);
		a.host = mac(w[6]);
		a.session = (uint16_t)atoi(w[7]);
	}
	return dataplane_address_set(n->plane, &a);
}

static int do_fill(struct node *n, char **w)
{
	struct address a = { .prefix = in6("2001:db8:ffff::"),
			     .length = 128,
			     .state = ADDRESS_BOUND,
			     .local = in4(w[2]),
			     .remote = in4(w[3]) };
	uint32_t first = ntohl(a.remote.s_addr);
	int err = 0;

	for (uint32_t i = 0; i < (uint32_t)atoi(w[1]) && !err; i++) {
		struct tunnel t = { .local = a.local, .remote.s_addr = htonl(first + i) };

		a.remote = t.remote;
		a.prefix.s6_addr32[3] = htonl(i);
		err = dataplane_tunnel_set(n->plane, &t);
		if (!err)
			err = dataplane_address_set(n->plane, &a);
	}
	return err;
}

static int do_mtu(struct node *n, char **w)
{
	return dataplane_path_mtu(n->plane, in4(w[1]), (uint16_t)atoi(w[2]));
}

static int do_counters(struct node *n, char **w)
{
	struct tunnel t = { .local = in4(w[1]), .remote = in4(w[2]) };
	struct dataplane_counters c;
	int err = dataplane_tunnel_counters(n->plane, &t, &c);

	if (!err)
		printf("%lu %lu %lu %lu ", c.in_packets, c.in_bytes, c.out_packets, c.out_bytes);
	return err;
}

static int do_drops(struct node *n, char **w)
{
	uint64_t v[DROP_MAX];

	dataplane_drops(n->plane, v);
	for (int i = 0; i < DROP_MAX; i++)
		if (v[i])
			printf("%s=%lu ", drop_names[i], v[i]);
	return 0;
}

static void ignore(void *ctx, const struct packet *p)
{
}

static int do_punts(struct node *n, char **w)
{
	int all = 0, got;

	while ((got = dataplane_punt_read(n->plane, 64, ignore, NULL)) > 0)
		all += got;
	printf("%d ", all);
	return got;
}

static const struct {
	const char *name;
	int words;
	int (*run)(struct node *n, char **w);
} commands[] = {
	{ "attach", 3, do_attach }, { "tunnel", 3, do_tunnel }, { "address", 5, do_address },
	{ "fill", 4, do_fill },     { "mtu", 3, do_mtu },       { "counters", 3, do_counters },
	{ "drops", 1, do_drops },   { "punts", 1, do_punts },
};

static void command(struct node *n, char *line)
{
	char *w[WORDS_MAX] = { 0 };
	int words = 0, err = -EINVAL;

	for (char *at = line, *word; words < WORDS_MAX - 1 && (word = strsep(&at, " \n"));)
		if (*word)
			w[words++] = word;
	for (size_t i = 0; words && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, w[0]) && words >= commands[i].words)
			err = commands[i].run(n, w);
	printf("%s\n", err ? strerror(-err) : "ok");
	fflush(stdout);
}

static void new_plane(struct node *n, int argc, char **argv)
{
	struct dataplane_config c = { .core_mtu = (uint16_t)atoi(argv[1]),
				      .tunnels_max = (uint32_t)atoi(argv[2]),
				      .addresses_max = (uint32_t)atoi(argv[2]),
				      .prefixes_max = 16,
				      .router_address = in6(ROUTER_ADDRESS),
				      .punts_per_second = 1000 };
	const char *why;
	int err = 0;

	if (argc == 6) {
		c.home_ifindex = interface_of(argv[3]);
		c.home_mac = interface_mac(argv[3]);
		c.home_prefixes[0] = in6(argv[4]);
		c.n_home_prefixes = 1;
		c.error_address = in6(argv[5]);
	}
	if (argc == 4) {
		err = segmenter_new("byhandseg", &n->segmenter);
		if (err)
			fail("segmenter", err);
		c.access_mac = mac(argv[3]);
		c.access_address = in6("fe80::1");
		c.neighbours_max = c.addresses_max;
		c.segmenter = n->segmenter.bridge.index;
	}
	if (dataplane_new(&c, &n->plane, &why)) {
		fprintf(stderr, "by_hand: %s\n", why);
		exit(1);
	}
	if (argc == 4)
		err = dataplane_attach(n->plane, n->segmenter.port.ends[0].index,
				       DATAPLANE_SEGMENTS);
	if (err)
		fail("segmenter", err);
}

static void new_reentry(struct node *n)
{
	int err = reentry_new("byhand", &n->reentry);

	if (!err)
		err = dataplane_attach(n->plane, reentry_ifindex(n->reentry), DATAPLANE_CORE);
	if (err)
		fail("reentry", err);
	n->reassembled = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_IPV6);
	if (n->reassembled < 0)
		fail("raw socket", -errno);
}

static void reenter(struct node *n)
{
	uint8_t buf[65536];
	ssize_t got = recv(n->reassembled, buf, sizeof(buf), MSG_DONTWAIT);

	if (got > 0)
		reentry_send(n->reentry, BYTES(buf, got));
}

int main(int argc, char **argv)
{
	struct node n = { 0 };
	char line[256];

	if (argc != 3 && argc != 4 && argc != 6)
		fail("usage", -EINVAL);
	setvbuf(stdin, NULL, _IONBF, 0);
	new_plane(&n, argc, argv);
	new_reentry(&n);
	struct pollfd p[2] = { { .fd = 0, .events = POLLIN },
			       { .fd = n.reassembled, .events = POLLIN } };

	while (poll(p, 2, -1) > 0) {
		if (p[1].revents)
			reenter(&n);
		if (p[0].revents) {
			if (!fgets(line, sizeof(line), stdin))
				break;
			command(&n, line);
		}
	}
	dataplane_free(n.plane);
	reentry_free(n.reentry);
	segmenter_done(&n.segmenter);
	close(n.reassembled);
	return 0;
}
