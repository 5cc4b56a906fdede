/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access node stores, as octets: a record for each care-of address that is not free
 * (D15). It is in the host's use, or must not be given to another one yet.
 *
 * key    'A', the address
 * value  version, kind, fields in the order of an_record.c, integers big-endian
 */
#pragma once

#include "core/an_config.h"
#include "core/client.h"

#define AN_STORE_TAG      'A'
#define AN_RECORD_KEY_MAX 5
#define AN_RECORD_MAX     256 /* with the longest names 224 */

struct an_record {
	bool attached;
	/* NTP time: the registration ends then (0 if it does not), or the address is not used
	 * before. */
	uint64_t until;
	/* of an attached host only */
	struct bytes port, nai; /* of what has been read: views into the value */
	struct mac_addr host;
	struct mac_addr router;
	struct in6_addr router_address; /* :: = not known */
	struct in_addr asked;           /* the home agent that was configured */
	struct client_registration registration;
};

void an_record_write_key(struct writer *w, struct in_addr care_of);
/* 0 or -EBADMSG. */
int an_record_read_key(struct bytes key, struct in_addr *ret);
/* At most AN_RECORD_MAX octets. */
void an_record_write(struct writer *w, const struct an_record *r);
/* 0; -EBADMSG: not one of ours; -ENOTSUP: of a newer version. */
int an_record_read(struct bytes value, struct in_addr care_of, struct an_record *ret);
