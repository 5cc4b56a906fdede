/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reader.h"

#include <errno.h>
#include <stdlib.h>

/* CONFIG_STATICS_MAX assignments of 160 octets. The fuzzers have a smaller one. */
#ifndef CONFIG_FILE_MAX
#define CONFIG_FILE_MAX (16u << 20)
#endif

/* D6: locally administered, the same everywhere. */
#define ROUTER_MAC                                                                                 \
	{                                                                                          \
		{                                                                                  \
			0x02, 0x4e, 0x4d, 0x34, 0x00, 0x01                                         \
		}                                                                                  \
	}
#define ROUTER_ADDRESS                                                                             \
	{                                                                                          \
		{                                                                                  \
			{                                                                          \
				0xfe, 0x80, [15] = 1                                               \
			}                                                                          \
		}                                                                                  \
	}

#define ACCESS_DEFAULTS                                                                            \
	{                                                                                          \
		.lifetime = 600, .detach_delay = 10 /* D5 */, .hold_down = 2 /* D4 */,             \
		.back_off = 5, .sa_cache = 1024, .attachments_max = 1024, .buffer_bytes = 4u << 20 \
	}

/* Values that hold where the file says nothing. */
static const struct config defaults = {
	.control = "/run/netmip4/netmip4d.sock",
	.numbers = { .hoa_request = { .send = 127,
				      .accept = { [127 / 64] = UINT64_C(1) << 127 % 64 } },
		     .hoa = { .send = 255, .accept = { [255 / 64] = UINT64_C(1) << 255 % 64 } } },
	.punts_per_second = 100,
	.store = "/var/lib/netmip4",
	.store_interval = 100,
	.pins = "/sys/fs/bpf/netmip4",
	.home_agent.role = { .lifetime_max = 1800,
			     .timestamp_tolerance = 7, /* RFC 5944 5.7.1 */
			     .tunnelling = true,
			     .dereg_fhae = true, /* D14 */
			     .sa_cache = 4096,
			     .router_mac = ROUTER_MAC,
			     .router_address = ROUTER_ADDRESS,
			     .autonomous = true,
			     .hop_limit = 64,
			     .router_lifetime = 1800,
			     .ra_min = 198, /* RFC 4861 6.2.1: a third of the longest */
			     .ra_max = 600,
			     .bindings_max = 10000,
			     .addresses_per_host = 16,
			     .probes_max = 3,
			     .nd_per_second = 1000,
			     .retransmit = 1000 },
	.access_node.access.role = ACCESS_DEFAULTS,
	.access_router.access.role = ACCESS_DEFAULTS,
	/* The same router as the home agent is to hosts of access nodes. */
	.access_router.role = { .router_mac = ROUTER_MAC,
				.router_address = ROUTER_ADDRESS,
				.hop_limit = 64,
				.router_lifetime = 1800,
				.ra_min = 198,
				.ra_max = 600,
				.valid = 86400,
				.preferred = 14400,
				/* in fd00::/8, where nothing is routed to */
				.placeholder = { { { 0xfd, 0x4e, 0x4d, 0x34 } } },
				.unconfirmed_max = 64,
				.pppoe = { .auth = AUTH_CHAP_MD5,
					   .name = "netmip4",
					   .sessions_per_mac = 8,
					   .echo_interval = 10,
					   .echo_failures = 3 } },
};

static void read_root(struct context *x, yaml_node_t *root)
{
	read_mapping(x, config_schema, root, x->config);
}

static int by_line(const void *a, const void *b)
{
	const struct config_mistake *l = a, *r = b;

	if (l->in_keys != r->in_keys)
		return l->in_keys - r->in_keys;
	return (l->line > r->line) - (l->line < r->line);
}

static void complete_access(const struct config *c, struct access_config *a)
{
	a->numbers = c->numbers;
	a->sas = c->sas;
	a->n_sas = c->n_sas;
}

void config_complete(struct config *c)
{
	c->home_agent.role.numbers = c->numbers;
	c->home_agent.role.sas = c->sas;
	c->home_agent.role.n_sas = c->n_sas;
	c->home_agent.role.statics = c->statics;
	c->home_agent.role.n_statics = c->n_statics;
	complete_access(c, &c->access_node.access.role);
	complete_access(c, &c->access_router.access.role);
}

int config_read(const char *file, const struct config_env *env, struct config **ret,
		struct config_mistakes *ret_mistakes)
{
	struct config *c = malloc(sizeof(*c));
	struct context x = { .file = file, .config = c, .mistakes = ret_mistakes, .env = env };
	FILE *f;

	*ret_mistakes = (struct config_mistakes){ 0 };
	if (!c)
		return -ENOMEM;
	*c = defaults;
	snprintf(c->file, sizeof(c->file), "%s", file);
	f = fopen(file, "re");
	if (f) {
		with_document(&x, f, CONFIG_FILE_MAX, read_root);
		fclose(f);
		if (*c->keys)
			read_keys_file(&x);
		if (*c->access_router.users)
			read_users_file(&x);
		if (c->n_lines) /* otherwise nothing could be read, and that has been said */
			config_check(&x);
	} else {
		mistake(&x, 1, "%s; write the path of the configuration after -c", strerror(errno));
	}
	if (ret_mistakes->n) {
		qsort(ret_mistakes->v, ret_mistakes->n, sizeof(ret_mistakes->v[0]), by_line);
		config_free(c);
		return -EINVAL;
	}
	sort_users(c);
	config_complete(c);
	*ret = c;
	return 0;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	if (c->sas)
		bytes_wipe(c->sas, c->n_sas * sizeof(*c->sas));
	free(c->sas);
	users_free(c);
	free(c->statics);
	free(c->lines);
	free(c);
}

void config_mistakes_done(struct config_mistakes *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].text);
	m->n = 0;
}

bool config_has_pppoe(const struct config *c)
{
	const struct config_access *a = &c->access_router.access;

	for (size_t i = 0; i < a->n_ports; i++)
		if (a->ports[i].router.addressing == AR_PPP)
			return true;
	return false;
}

uint32_t config_addresses_max(const struct config *c)
{
	const struct ha_config *h = &c->home_agent.role;

	return h->addresses_max ? h->addresses_max : 4 * h->bindings_max;
}

unsigned config_line(const struct config *c, const void *field)
{
	const struct config_line *best = NULL;

	/* The last one noted wins: a value after the section whose first field it is. */
	for (size_t i = 0; i < c->n_lines; i++)
		if (c->lines[i].field == field)
			best = &c->lines[i];
	return best ? best->line : 0;
}
