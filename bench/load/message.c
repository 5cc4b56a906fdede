/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is sent and what must come back. Requests of access nodes are those of our own client
 * (core/client_message.c); access routers send no D, a Home Address Request that is not empty, and
 * an FHAE (draft 3.1.1, 4.1, 4.2; RFC 5944 3.7.2.2).
 */
#include "load.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#define NAME_PREFIX "load"

const char *const kind_names[KINDS] = { "initial", "renewal", "movement", "deregistration" };

struct bytes host_nai(const struct load *l, uint32_t host, char buf[NAI_MAX + 1])
{
	int n = snprintf(buf, NAI_MAX + 1, NAME_PREFIX "%u@%s", host, l->o->realm);

	assert(n > 0 && n <= NAI_MAX); /* options_read has seen to it */
	return BYTES(buf, (size_t)n);
}

uint32_t host_of_nai(const struct load *l, struct bytes nai)
{
	const size_t prefix = sizeof(NAME_PREFIX) - 1;
	char expected[NAI_MAX + 1];
	uint64_t number = 0;

	for (size_t i = prefix; i < nai.n && nai.p[i] >= '0' && nai.p[i] <= '9'; i++) {
		number = 10 * number + (uint64_t)(nai.p[i] - '0');
		if (number >= l->p.n)
			return NOBODY;
	}
	if (number >= l->p.n || !bytes_equal(nai, host_nai(l, (uint32_t)number, expected)))
		return NOBODY;
	return (uint32_t)number;
}

/* The low word has chance in it: replies are matched by it, however coarse the clock is. */
uint64_t request_identification(struct load *l, const struct host *h, uint64_t ntp)
{
	const uint64_t chance = rng_below(&l->rng, 1 << 16), id = (ntp & ~0xffffull) | chance;

	return h->identification && !ntp_later(id, h->identification)
		       ? h->identification + 1 + chance
		       : id;
}

/* Of 64 bits, never 0, the u bit 0: it is not made from a MAC (RFC 4291 2.5.1). */
static uint64_t interface_identifier(uint32_t host)
{
	return 0x1000000000ull + host;
}

/* TBD-1 asks for an address or for tunnelling mode (draft 4.1); a new agent does not know more than
 * the first one did (A17). Afterwards TBD-2 names what is registered (draft 4.2, A16). */
static void add_draft_extension(const struct load *l, uint32_t host, struct mip4_message *m)
{
	const struct host *h = &l->p.hosts[host];
	const bool initial = h->kind == INITIAL || h->kind == MOVEMENT;
	const enum mip4_form form = is_routed(&l->p, host) ? MIP4_FULL : MIP4_EMPTY;

	if (initial) {
		m->hoa_request = form;
		if (form == MIP4_FULL && l->o->identifiers)
			m->hoa_request_iid = interface_identifier(host);
	} else {
		m->hoa = form;
		m->hoa_address = h->home;
	}
}

size_t request_write(struct load *l, uint32_t host, uint8_t buf[REQUEST_MAX])
{
	const struct host *h = &l->p.hosts[host];
	const bool routed = is_routed(&l->p, host);
	const enum mip4_auth auths[] = { MIP4_MHAE, MIP4_FHAE };
	char name[NAI_MAX + 1];
	struct mip4_message m = { .type = MIP4_RRQ,
				  .flags = routed ? MIP4_T : MIP4_D | MIP4_T, /* A22 */
				  .lifetime = h->kind == DEREGISTRATION ? 0 : l->o->lifetime,
				  .home_agent = l->o->home_agent,
				  .care_of = population_care_of(l->o, &l->p, host, h->next_place),
				  .identification = h->identification,
				  .nai = host_nai(l, host, name),
				  .revocation_support = true, /* always (A7) */
				  .support_inform = true,
				  .support_timestamp = ntp_seconds(h->identification) };
	/* Finding a node's association does not end the validity of a host's. */
	const struct mip4_sa *sas[] = { sa_find_nai(l->sas, m.nai, 0),
					routed ? sa_find_node(l->sas, m.care_of, 0) : NULL };
	struct writer w = writer_new(buf, REQUEST_MAX);
	int err;

	add_draft_extension(l, host, &m);
	err = mip4_encode(&m, &l->numbers, auths, sas, routed ? 2 : 1, &w);
	assert(err == 0); /* REQUEST_MAX has room for every name and algorithm */
	(void)err;
	return writer_length(&w);
}

static bool verified(struct load *l, const struct mip4_message *m,
		     const struct mip4_authenticator *a, const struct mip4_sa *sa)
{
	return a->present && sa && mip4_verify(m, a, sa) == 0;
}

static const char *check_authenticators(struct load *l, bool routed, struct in_addr local,
					struct bytes nai, const struct mip4_message *m)
{
	if (!m->mhae.present)
		return "has no MHAE";
	if (!verified(l, m, &m->mhae, sa_find_nai(l->sas, nai, m->mhae.spi)))
		return "has a wrong MHAE";
	if (!routed)
		return m->beyond_mhae ? "has extensions that nothing authenticates" : NULL;
	if (!m->fhae.present)
		return "has no FHAE";
	return verified(l, m, &m->fhae, sa_find_node(l->sas, local, m->fhae.spi))
		       ? NULL
		       : "has a wrong FHAE";
}

/* The home address of an accepted registration: draft 3.1.1, 5.5.1. */
static const char *check_home(const struct load *l, uint32_t host, const struct mip4_message *m)
{
	const struct host *h = &l->p.hosts[host];
	uint64_t identifier = 0;

	if (!is_routed(&l->p, host))
		return m->hoa == MIP4_EMPTY ? NULL : "does not confirm the tunnelling mode";
	if (m->hoa != MIP4_FULL || in6_is_unspecified(&m->hoa_address))
		return "has no home address";
	if (!in6_is_unspecified(&h->home) && h->sent < h->expires)
		return in6_equal(&h->home, &m->hoa_address) ? NULL : "has another home address";
	for (size_t i = 8; i < 16; i++)
		identifier = identifier << 8 | m->hoa_address.s6_addr[i];
	if (l->o->identifiers && identifier != interface_identifier(host))
		return "has another interface identifier than the chosen one";
	return l->o->identifiers && !m->hoa_unique ? "has no prefix of its own" : NULL;
}

const char *reply_check(struct load *l, uint32_t host, const struct datagram *d,
			const struct mip4_message *m)
{
	const struct host *h = &l->p.hosts[host];
	const bool accepted = m->code == MIP4_ACCEPTED || m->code == MIP4_ACCEPTED_NO_SIMULTANEOUS;
	const char *wrong;

	if (!in4_equal(d->local, population_care_of(l->o, &l->p, host, h->next_place)))
		return "came to an address from which nothing was asked";
	wrong = check_authenticators(l, is_routed(&l->p, host), d->local, m->nai, m);
	if (wrong)
		return wrong;
	if (m->bad)
		return "has malformed extensions";
	if (!in4_equal(m->home_agent, l->o->home_agent))
		return "names another home agent";
	if (!accepted)
		return NULL;
	if (m->identification != h->identification)
		return "has another Identification";
	if (h->kind == DEREGISTRATION)
		return m->lifetime == 0 ? NULL : "grants a lifetime to a deregistration";
	if (m->lifetime == 0 || m->lifetime > l->o->lifetime)
		return "grants no lifetime, or a longer one than was asked for";
	return check_home(l, host, m);
}

/* The FHAE if it was signed for an agent, else the MHAE, as the revocation was. */
static void send_acknowledgment(struct load *l, const struct datagram *d,
				const struct mip4_message *m, enum mip4_auth auth,
				const struct mip4_sa *sa)
{
	const struct mip4_message ack = { .type = MIP4_REVOCATION_ACK,
					  .home = m->home,
					  .revocation_id = m->revocation_id,
					  .revocation_inform = m->revocation_inform,
					  .nai = m->nai,
					  .hoa = m->hoa, /* A21 */
					  .hoa_unique = m->hoa_unique,
					  .hoa_address = m->hoa_address };
	struct datagram reply = *d;
	uint8_t buf[REQUEST_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (mip4_encode(&ack, &l->numbers, &auth, &sa, 1, &w) == 0) {
		reply.payload = writer_bytes(&w);
		udp_send(l->udp, &reply);
	}
}

const char *revocation_acknowledge(struct load *l, const struct datagram *d,
				   const struct mip4_message *m, uint32_t *ret_host)
{
	const uint32_t host = m->nai.p ? host_of_nai(l, m->nai) : NOBODY;
	const enum mip4_auth auth = m->fhae.present ? MIP4_FHAE : MIP4_MHAE;
	const struct mip4_sa *sa;

	if (host == NOBODY)
		return "revocation of nobody that we know";
	sa = auth == MIP4_FHAE ? sa_find_node(l->sas, d->local, m->fhae.spi)
			       : sa_find_nai(l->sas, m->nai, m->mhae.spi);
	if (!verified(l, m, auth == MIP4_FHAE ? &m->fhae : &m->mhae, sa))
		return "revocation with a wrong authenticator";
	if (!m->revocation_from_home)
		return "revocation that is not a home agent's (A bit)";
	send_acknowledgment(l, d, m, auth, sa);
	*ret_host = host;
	return NULL;
}

int associations_check(struct load *l)
{
	const struct options *o = l->o;
	char name[NAI_MAX + 1];

	for (uint32_t i = 0; i < l->p.n; i += l->p.n - 1 ? l->p.n - 1 : 1)
		if (!sa_find_nai(l->sas, host_nai(l, i, name), 0)) {
			fprintf(stderr,
				"netmip4-load: %s has no association for %s; write one for "
				"the realm there\n",
				o->keys, name);
			return -ENOENT;
		}
	for (uint32_t i = 0; i < o->routers; i++) {
		const uint32_t a = ntohl(o->sources.s_addr) + i;

		if (!sa_find_node(l->sas, (struct in_addr){ htonl(a) }, 0)) {
			fprintf(stderr,
				"netmip4-load: %s has no association for the access router "
				"%u.%u.%u.%u; write one with node:\n",
				o->keys, a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
			return -ENOENT;
		}
	}
	return 0;
}
