/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of every decoded message; for the fuzz targets that decode some. */
#pragma once

#include <assert.h>
#include <string.h>

#include "proto/mip4.h"

#define ROUNDTRIP_MAC 16

static inline void roundtrip_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	memset(ret, 0, ROUNDTRIP_MAC);
	for (size_t i = 0; i < a.n; i++)
		ret[i % ROUNDTRIP_MAC] = (uint8_t)(ret[i % ROUNDTRIP_MAC] * 31 + a.p[i]);
}

static const struct mac_algorithm roundtrip_algorithm = { .length = ROUNDTRIP_MAC,
							  .sign = roundtrip_sign };

/* The authenticators of m in wire order. */
static inline size_t roundtrip_auths(const struct mip4_message *m, enum mip4_auth auths[3],
				     struct mip4_sa sas[3])
{
	const struct mip4_authenticator *of[] = { &m->mhae, &m->mfae, &m->fhae };
	const enum mip4_auth types[] = { MIP4_MHAE, MIP4_MFAE, MIP4_FHAE };
	size_t n = 0;

	for (size_t at = 0; at < m->wire.n; at++) {
		for (int i = 0; i < 3; i++) {
			if (!of[i]->present || of[i]->at != at)
				continue;
			auths[n] = types[i];
			sas[n++] = (struct mip4_sa){ .spi = of[i]->spi,
						     .algorithm = &roundtrip_algorithm };
		}
	}
	return n;
}

static inline void roundtrip_same(const struct mip4_message *a, const struct mip4_message *b)
{
	assert(a->type == b->type && a->flags == b->flags && a->code == b->code);
	assert(a->lifetime == b->lifetime && a->identification == b->identification);
	assert(in4_equal(a->home, b->home) && in4_equal(a->home_agent, b->home_agent));
	assert(in4_equal(a->care_of, b->care_of) && a->revocation_id == b->revocation_id);
	assert(a->revocation_from_home == b->revocation_from_home);
	assert(a->revocation_inform == b->revocation_inform);
	assert(bytes_equal(a->nai, b->nai) && !a->nai.p == !b->nai.p);
	assert(a->hoa_request == b->hoa_request && a->hoa_request_iid == b->hoa_request_iid);
	assert(a->hoa == b->hoa && a->hoa_unique == b->hoa_unique);
	assert(in6_equal(&a->hoa_address, &b->hoa_address));
	assert(a->revocation_support == b->revocation_support);
	assert(a->support_inform == b->support_inform);
	assert(a->support_timestamp == b->support_timestamp);
	assert(a->gre == b->gre && a->gre_key == b->gre_key);
	assert(a->mhae.present == b->mhae.present && a->mhae.spi == b->mhae.spi);
	assert(a->mfae.present == b->mfae.present && a->mfae.spi == b->mfae.spi);
	assert(a->fhae.present == b->fhae.present && a->fhae.spi == b->fhae.spi);
}

static inline void roundtrip_verify(const struct mip4_message *m, enum mip4_auth auth,
				    const struct mip4_sa *sa, int expected)
{
	const struct mip4_authenticator *a = auth == MIP4_MHAE   ? &m->mhae
					     : auth == MIP4_MFAE ? &m->mfae
								 : &m->fhae;
	int err = mip4_verify(m, a, sa);

	assert(expected < 0 ? err <= 0 : err == 0);
}

static inline void mip4_roundtrip(const struct mip4_message *m, const struct mip4_numbers *n)
{
	uint8_t buf[2 * MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	const struct mip4_sa *used[3];
	enum mip4_auth auths[3];
	struct mip4_message again;
	struct mip4_sa sas[3];
	size_t n_auths = roundtrip_auths(m, auths, sas);

	assert(n_auths == (size_t)m->mhae.present + m->mfae.present + m->fhae.present);
	for (size_t i = 0; i < n_auths; i++) {
		used[i] = &sas[i];
		roundtrip_verify(m, auths[i], &sas[i], -1);
	}
	if (m->bad)
		return;
	assert(bytes_equal(mip4_peek_nai(m->wire, n), m->nai));
	assert(mip4_encode(m, n, auths, used, n_auths, &w) == 0);
	if (writer_length(&w) > MIP4_MESSAGE_MAX) /* its authenticators were shorter than ours */
		return;
	assert(mip4_decode(writer_bytes(&w), n, &again) == 0);
	assert(!again.bad);
	roundtrip_same(m, &again);
	for (size_t i = 0; i < n_auths; i++)
		roundtrip_verify(&again, auths[i], &sas[i], 0);
}
