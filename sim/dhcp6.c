/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6 of hosts: one message at a time, and what becomes of the answer. */
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

size_t dhcp6_write(const struct mobile *h, struct mac_addr server, enum dhcp6_type type,
		   const struct in6_addr *address, uint8_t buf[static 512])
{
	uint8_t client_id[32], server_id[32];
	struct dhcp6_message m = { .type = type,
				   .transaction_id = h->mac.b[5],
				   .client_id = duid_of(h->mac, client_id),
				   .elapsed = { true, 0 },
				   .n_ias = 1,
				   .ias = { { .type = DHCP6_IA_NA, .iaid = IAID } } };
	struct writer w = writer_new(buf, 512);
	size_t start =
		udp_begin(&w, &h->link_local, &servers, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
	int err;

	if (is_to_one(type))
		m.server_id = duid_of(server, server_id);
	if (address)
		m.ias[0].leases[m.ias[0].n_leases++].address = *address;
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
	if (m->type != DHCP6_REPLY || !h->manual)
		return;
	for (size_t i = 0; i < m->n_ias; i++)
		for (size_t j = 0; j < m->ias[i].n_leases; j++)
			if (m->ias[i].leases[j].valid) {
				h->global = m->ias[i].leases[j].address;
				h->has_global = true;
			}
}
