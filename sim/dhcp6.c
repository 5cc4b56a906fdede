/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6 of hosts: messages, and what a manual host makes of an answer. */
#include "sim/dhcp6.h"

#include "proto/udp.h"

#include <assert.h>
#include <string.h>

#define IAID     1
#define ETHERNET 1

static const struct in6_addr servers = { .s6_addr = { 0xff, 0x02, [13] = 1, [15] = 2 } };

static struct bytes duid_of(struct mac_addr mac, uint8_t buf[static 32])
{
	struct writer w = writer_new(buf, 32);

	dhcp6_duid_write(&w, &(struct dhcp6_duid){ .type = DHCP6_DUID_LL,
						   .hardware = ETHERNET,
						   .id = BYTES(mac.b, sizeof(mac.b)) });
	return writer_bytes(&w);
}

/* A message to a server that the client knows (RFC 8415 16). */
static bool is_to_one(enum dhcp6_type type)
{
	return type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_RELEASE ||
	       type == DHCP6_DECLINE;
}

size_t dhcp6_write(const struct dhcp6_question *q, const struct in6_addr *src,
		   struct mac_addr server, uint8_t buf[static 512])
{
	uint8_t client_id[32], server_id[32];
	struct dhcp6_message m = { .type = q->type,
				   .transaction_id = q->id,
				   .client_id = duid_of(q->client, client_id),
				   .elapsed = { true, q->elapsed },
				   .rapid_commit = q->rapid,
				   .n_ias = 1,
				   .ias = { { .type = DHCP6_IA_NA, .iaid = IAID } } };
	struct writer w = writer_new(buf, 512);
	size_t start = udp_begin(&w, src, &servers, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
	int err;

	if (is_to_one(q->type))
		m.server_id = duid_of(server, server_id);
	if (q->address)
		m.ias[0].leases[m.ias[0].n_leases++].address = *q->address;
	err = dhcp6_encode(&m, &w);
	assert(!err);
	(void)err;
	udp_end(&w, start);
	return writer_length(&w);
}

bool dhcp6_read(const struct ip6 *p, struct dhcp6_message *ret)
{
	struct udp u;

	return udp_decode(p, &u) == 0 &&
	       (u.destination == DHCP6_CLIENT_PORT || u.destination == DHCP6_SERVER_PORT) &&
	       dhcp6_decode(u.payload, ret) == 0;
}

void dhcp6_take(struct mobile *h, const struct dhcp6_message *m)
{
	if (m->type != DHCP6_REPLY)
		return;
	for (size_t i = 0; i < m->n_ias; i++)
		for (size_t j = 0; j < m->ias[i].n_leases; j++)
			if (m->ias[i].leases[j].valid) {
				h->global = m->ias[i].leases[j].address;
				h->has_global = true;
			}
}
