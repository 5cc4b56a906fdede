/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include "io/mac.h"
#include "io/raw.h"

#include <errno.h>
#include <linux/filter.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Associations derived from a realm's that are kept ready: more hosts cost a derivation for each
 * request. */
#define DERIVED_MAX (1u << 17)

static void on_signal(int number)
{
	stopped = true;
}

/* Lives as long as the process. */
static void *take(void *ctx, size_t n)
{
	return calloc(1, n);
}

/* The file of keys and what comes of it. 0 or 2; a mistake has been said. */
static int read_keys(struct load *l, struct options *o)
{
	const struct config_env env = { mac_algorithms, mip4_extension_is_assigned };
	const struct core_env core = { .memory = { take, NULL },
				       .seed = 1,
				       .derive = &mac_hmac_sha256 };
	const uint32_t hosts = (o->routers + o->nodes) * o->hosts;
	struct config_mistakes m;
	struct config *c = NULL;
	int err = config_read_keys(o->keys, &env, &c, &m);

	for (size_t i = 0; i < m.n; i++)
		fprintf(stderr, "%s\n", m.v[i].text ? m.v[i].text : "out of memory");
	config_mistakes_done(&m);
	for (size_t i = 0; !err && !*o->realm && i < c->n_sas; i++)
		if (c->sas[i].scope == SA_REALM && strlen(c->sas[i].name) <= NAI_MAX - 13)
			strcpy(o->realm, c->sas[i].name);
	if (!err && !*o->realm) {
		fprintf(stderr,
			"netmip4-load: %s has no association for a realm; add --realm NAME\n",
			o->keys);
		err = -EINVAL;
	}
	if (!err)
		err = sa_table_new(c->sas, c->n_sas, hosts < DERIVED_MAX ? hosts : DERIVED_MAX,
				   &core, &l->sas);
	if (err == -ENOMEM)
		fprintf(stderr, "netmip4-load: out of memory\n");
	config_free(c);
	return err ? 2 : 0;
}

static int open_sockets(struct load *l, struct raw **ret_raw)
{
	struct sock_filter take_nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog nothing = { 1, &take_nothing };
	int err = udp_new(l->o->port, &l->udp);

	/* Advertisements come to the care-of addresses, too: while this socket is there, the kernel
	 * does not answer them with "protocol unreachable". Nobody reads them. */
	if (!err)
		err = raw_new(ret_raw);
	if (!err && setsockopt(raw_fd(*ret_raw), SOL_SOCKET, SO_ATTACH_FILTER, &nothing,
			       sizeof(nothing)) < 0)
		err = -errno;
	if (err)
		fprintf(stderr, "netmip4-load: cannot use UDP port %u: %s%s\n", l->o->port,
			strerror(-err),
			err == -EADDRINUSE ? "; write another --port, or use a network namespace"
			: err == -EPERM || err == -EACCES ? "; run it as root"
							  : "");
	return err;
}

static int open_journal(struct load *l)
{
	int err = 0;

	if (!l->o->journal && !l->o->verify)
		return 0;
	l->requests = calloc(l->p.n, sizeof(*l->requests));
	l->request_lengths = calloc(l->p.n, sizeof(*l->request_lengths));
	if (!l->requests || !l->request_lengths)
		err = -ENOMEM;
	if (!err && l->o->journal)
		err = journal_new(l->o->journal, &l->journal);
	if (err)
		fprintf(stderr, "netmip4-load: %s: %s\n",
			l->o->journal ? l->o->journal : l->o->verify, strerror(-err));
	return err;
}

static bool went_well(const struct load *l)
{
	return !l->filled.wrong && !l->run.wrong;
}

int main(int argc, char **argv)
{
	static struct load l;
	struct options o;
	struct raw *raw = NULL;
	int err = options_read(argc, argv, &o);

	if (err)
		return err == 1 ? 0 : err;
	l.o = &o;
	l.numbers = mip4_numbers_default;
	l.counts = &l.filled;
	rng_seed(&l.rng, 1);
	err = read_keys(&l, &o);
	if (err)
		return err;
	if (population_new(&o, &l.p) < 0) {
		fprintf(stderr, "netmip4-load: out of memory; write fewer hosts\n");
		return 2;
	}
	if (associations_check(&l))
		return 2;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	err = open_sockets(&l, &raw);
	if (!err)
		err = open_journal(&l);
	if (!err)
		err = o.verify ? verify_run(&l) : load_run(&l);
	if (!o.verify && l.filled.sent)
		report_print(&l);
	if (err == -EIO && !o.verify)
		fprintf(stderr, "netmip4-load: no host was registered; is the home agent there, do "
				"its keys agree, are the sources routed back to this machine?\n");
	journal_free(l.journal);
	udp_free(l.udp);
	raw_free(raw);
	sa_table_done(l.sas);
	population_done(&l.p);
	free(l.requests);
	free(l.request_lengths);
	return err || !went_well(&l) ? 1 : 0;
}
