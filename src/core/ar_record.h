/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access router stores, as octets: a record for each host that is attached.
 *
 * key    'R', the host's place, from 1 on
 * value  version, fields in the order of ar_record.c, integers big-endian
 */
#pragma once

#include "core/ar_config.h"
#include "core/client.h"

#define AR_STORE_TAG      'R'
#define AR_RECORD_KEY_MAX 5
#define AR_RECORD_MAX     512 /* with the longest names 462 */

struct ar_record {
	struct bytes port, nai; /* of what has been read: views into the value, as is duid */
	struct mac_addr host;
	uint64_t tag;
	struct in_addr care_of;
	struct in_addr asked; /* the home agent that was configured */
	uint64_t until;       /* NTP time: the registration ends then; 0 = it does not */
	struct client_registration registration;
	struct in6_addr neighbour;
	bool dialled; /* what follows is of a PPP session; its number is the tag */
	uint32_t magic, peer_magic;
	uint64_t identifier, peer_identifier; /* of our link-local address, and the host's */
	bool leased;                          /* what follows is of a lease */
	struct bytes duid;
	uint32_t iaid;
	uint64_t preferred, valid; /* NTP time, 0 = infinite */
};

void ar_record_write_key(struct writer *w, uint32_t place);
/* 0 or -EBADMSG. */
int ar_record_read_key(struct bytes key, uint32_t *ret);
/* At most AR_RECORD_MAX octets. */
void ar_record_write(struct writer *w, const struct ar_record *r);
/* 0; -EBADMSG: not one of ours; -ENOTSUP: of a newer version. */
int ar_record_read(struct bytes value, struct ar_record *ret);
