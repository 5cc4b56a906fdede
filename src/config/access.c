/* SPDX-License-Identifier: Apache-2.0 */
/* Access nodes and access routers: values that only they have, and what no single value can say. */
#include "config/reader.h"
#include "proto/dhcp6.h"

#include <arpa/inet.h>

void read_duid(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a DUID in hexadecimal digits");
	uint8_t *octets = into, v[AR_DUID_MAX];
	size_t length = s ? strlen(s) : 0;

	if (!s)
		return;
	/* RFC 8415 11.1: a type, and 1 to 128 octets */
	if (length % 2 || length < 6 || length > 2 * sizeof(v) ||
	    strspn(s, "0123456789abcdefABCDEF") != length) {
		mistake(x, node_line(n),
			"\"%s\" is not a DUID; write from 6 to %zu hexadecimal digits, such as "
			"00030001024e4d340001",
			s, 2 * sizeof(v));
		return;
	}
	for (size_t i = 0; i < length / 2; i++)
		sscanf(s + 2 * i, "%2hhx", &v[i]);
	memset(octets, 0, AR_DUID_MAX);
	memcpy(octets, v, length / 2);
	octets[AR_DUID_MAX] = (uint8_t)(length / 2);
}

static bool read_domain(struct context *x, yaml_node_t *n, struct writer *w)
{
	char name[NAI_MAX + 1] = "";
	const size_t mistakes = x->mistakes->n + x->mistakes->more;

	read_realm(x, &(struct key){ .size = sizeof(name) }, n, name);
	if (x->mistakes->n + x->mistakes->more != mistakes)
		return false;
	if (dhcp6_write_name(w, name) == 0)
		return true;
	mistake(x, node_line(n),
		w->failed ? "the names are too long for one option; write fewer"
			  : "\"%s\" is not a domain name; write one such as example.net",
		name);
	return false;
}

/* One name, or a list of them. */
void read_domains(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct in_place {
		uint8_t octets[AR_DOMAINS_MAX];
		size_t length;
	} v = { 0 };
	struct writer w = writer_new(v.octets, sizeof(v.octets));
	yaml_node_item_t one = (yaml_node_item_t)(n - x->document->nodes.start + 1), *item = &one;
	yaml_node_item_t *end = &one + 1;

	_Static_assert(sizeof(v) == sizeof(uint8_t[AR_DOMAINS_MAX]) + sizeof(size_t),
		       "as the two fields lie");
	if (n->type == YAML_SEQUENCE_NODE) {
		item = n->data.sequence.items.start;
		end = n->data.sequence.items.top;
	}
	for (; item < end; item++)
		if (!read_domain(x, yaml_document_get_node(x->document, *item), &w))
			return;
	v.length = writer_length(&w);
	memcpy(into, &v, sizeof(v));
}

static unsigned line_of(const struct context *x, const void *field)
{
	return config_line(x->config, field);
}

bool has_key(const struct config *c, const char *nai, const char *realm)
{
	if (!c->n_sas) /* the file could not be read, which has been said */
		return true;
	for (size_t i = 0; i < c->n_sas; i++) {
		const struct sa_config *sa = &c->sas[i];
		const char *at_sign = strchr(sa->name, '@');

		if (sa->scope == SA_NAI && nai && strcmp(sa->name, nai) == 0)
			return true;
		if (sa->scope == SA_NAI && !nai && at_sign && strcmp(at_sign + 1, realm) == 0)
			return true;
		if (sa->scope == SA_REALM && realm && strcmp(sa->name, realm) == 0)
			return true;
	}
	return false;
}

static void check_nai_key(struct context *x, const void *field, const char *nai)
{
	const char *at_sign = strchr(nai, '@');

	if (!has_key(x->config, nai, at_sign ? at_sign + 1 : NULL))
		mistake(x, line_of(x, field), "there is no key for \"%s\"; write one in %s", nai,
			x->config->keys);
}

static void check_port(struct context *x, const char *section, const struct config_port *p,
		       size_t i)
{
	check_at(x, "%s.ports[%zu]", section, i);
	if (p->router.addressing == AR_PPP && (*p->role.nai || !*p->role.realm))
		mistake(x, *p->role.nai ? line_of(x, p->role.nai) : line_of(x, p),
			"hosts of this port are called as they authenticate; write realm:, which "
			"completes a name without \"@\"");
	else if (*p->role.nai)
		check_nai_key(x, p->role.nai, p->role.nai);
	else if (!*p->role.realm)
		mistake(x, line_of(x, p),
			"hosts of this port have no name; write realm: (they are "
			"called MAC@realm) or nai:");
	else if (!has_key(x->config, NULL, p->role.realm))
		mistake(x, line_of(x, p->role.realm),
			"there is no key for the realm \"%s\"; write one "
			"in %s",
			p->role.realm, x->config->keys);
}

static void check_identities(struct context *x, const char *section, const struct access_config *a)
{
	for (size_t i = 0; i < a->n_identities; i++) {
		const struct access_identity *id = &a->identities[i];

		check_at(x, "%s.identities[%zu]", section, i);
		for (size_t j = 0; j < i; j++)
			if (mac_equal(id->mac, a->identities[j].mac) && !mac_is_zero(id->mac))
				mistake(x, line_of(x, id),
					"this mac stands on line %u already; write "
					"each once",
					line_of(x, &a->identities[j]));
		if (*id->nai)
			check_nai_key(x, id, id->nai);
	}
}

/* What goes for access nodes and access routers alike. */
static void check_access(struct context *x, const char *section, const struct config_access *c)
{
	const struct config *all = x->config;

	check_at(x, "%s.home-agent", section);
	if (all->has_home_agent && in4_equal(c->role.home_agent, all->home_agent.role.address))
		mistake(x, line_of(x, &c->role.home_agent),
			"this is the home agent of this very process, to which there is no tunnel; "
			"write the address of another machine's");
	for (size_t i = 0; i < c->n_ports; i++)
		check_port(x, section, &c->ports[i], i);
	check_identities(x, section, &c->role);
}

void config_check_access_node(struct context *x, const struct config_access_node *c)
{
	check_at(x, "access-node.care-of.pool");
	if (lies_in_pool(c->access.role.home_agent, c->pool, c->pool_size))
		mistake(x, line_of(x, &c->pool),
			"the home agent's address lies inside the pool; write a pool of addresses "
			"that are routed to this access node alone");
	check_access(x, "access-node", &c->access);
}

/* Draft 5.4.2: every request is signed for the home agent, too. req: AR-35 */
static void check_node_key(struct context *x, const struct config_access_router *c)
{
	const struct in_addr peer = c->access.role.home_agent;
	char text[INET_ADDRSTRLEN];

	for (size_t i = 0; i < x->config->n_sas; i++)
		if (x->config->sas[i].scope == SA_NODE && in4_equal(x->config->sas[i].node, peer))
			return;
	check_at(x, "access-router.home-agent");
	if (peer.s_addr && x->config->n_sas)
		mistake(x, line_of(x, &c->access.role.home_agent),
			"there is no key between this access router and its home agent; write one "
			"with node: %s in %s",
			inet_ntop(AF_INET, &peer, text, sizeof(text)), x->config->keys);
}

/* A host that is known by its DUID has no name before it has said it. */
static void check_addressing(struct context *x, const struct config_port *p, size_t i)
{
	check_at(x, "access-router.ports[%zu].identity", i);
	if (p->router.identity == AR_BY_DUID && p->router.addressing != AR_DHCPV6)
		mistake(x, line_of(x, &p->router.identity),
			"hosts say no DUID with addressing: %s; write mac, or dhcpv6 there",
			p->router.addressing == AR_PPP ? "pppoe" : "slaac");
	if (p->router.identity == AR_BY_DUID && *p->role.nai)
		mistake(x, line_of(x, &p->router.identity),
			"with nai: all hosts of this port have one name; remove one of the two");
	if (p->router.addressing == AR_PPP && p->role.eager) {
		check_at(x, "access-router.ports[%zu].eager", i);
		mistake(x, line_of(x, &p->role.eager),
			"hosts of this port register when they have dialled in; remove this");
	}
	if (p->router.addressing == AR_PPP && !*x->config->access_router.users) {
		check_at(x, "access-router.ports[%zu].addressing", i);
		mistake(x, line_of(x, &p->router.addressing),
			"there is nobody who could dial in here; write pppoe: {users: FILE} in "
			"this section");
	}
}

static void check_realms(struct context *x, const struct ar_pppoe *p)
{
	for (size_t i = 0; i < p->n_realms; i++) {
		const struct ar_realm *r = &p->realms[i];

		check_at(x, "access-router.pppoe.realms[%zu]", i);
		for (size_t j = 0; j < i; j++)
			if (strcmp(r->name, p->realms[j].name) == 0)
				mistake(x, line_of(x, r),
					"this realm stands on line %u already; write each once",
					line_of(x, &p->realms[j]));
		if (*r->name && !has_key(x->config, NULL, r->name))
			mistake(x, line_of(x, r->name),
				"there is no key for the realm \"%s\"; write one in %s", r->name,
				x->config->keys);
		if (r->shared && r->iid_policy == AR_IID_ACCEPT_PEER)
			mistake(x, line_of(x, &r->iid_policy),
				"with prefix: shared the home agent chooses the identifier; write "
				"iid-policy: assign or prefix: unique");
	}
}

void config_check_access_router(struct context *x, const struct config_access_router *c)
{
	const struct ar_config *r = &c->role;

	check_access(x, "access-router", &c->access);
	check_node_key(x, c);
	for (size_t i = 0; i < c->access.n_ports; i++)
		check_addressing(x, &c->access.ports[i], i);
	check_realms(x, &r->pppoe);
	check_at(x, "access-router.care-of.address");
	if (in4_equal(r->care_of, c->access.role.home_agent) && r->care_of.s_addr)
		mistake(x, line_of(x, &r->care_of),
			"this is the home agent's address; write one of this machine");
	check_advertisements(x, "access-router", &r->ra_min, &r->ra_max, &r->router_lifetime,
			     &r->router_address);
	check_at(x, "access-router.router.preferred");
	if (r->preferred > r->valid)
		mistake(x, line_of(x, &r->preferred) ?: line_of(x, &r->valid),
			"the preferred lifetime is longer than the valid one; write preferred: at "
			"most %us",
			r->valid);
	if (r->preferred == 0)
		mistake(x, line_of(x, &r->preferred),
			"hosts would not use an address that is deprecated at once; write from 1s");
}
