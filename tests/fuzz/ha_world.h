/* SPDX-License-Identifier: Apache-2.0 */
/* A small home agent: its configuration, and who may register. */
#pragma once

#include "core/ha_state.h"
#include "machine.h"

#define HOME_IF  3
#define CARE_OFS 5
#define PREFIXES 2
#define RANGE    3
#define PER_HOST 3
#define LIFETIME 100

static struct ha_config config;

static struct in_addr care_of(uint32_t i)
{
	return (struct in_addr){ htonl(0xc6336408 + i % CARE_OFS) };
}

static struct sa_config sas[] = {
	{ .scope = SA_REALM, .name = "r", .spi = 256, .algorithm = &cheap, .key_length = 16 },
	{ .scope = SA_NODE, .spi = 257, .algorithm = &cheap, .key_length = 15 },
};

static void configure(void)
{
	const struct in6_addr prefix = { .s6_addr = { 0x20, 1, 0xd, 0xb8, 0, 0xf0 } };
	const struct in6_addr first = { .s6_addr = { 0x20, 1, 0xd, 0xb8, 0, 1, [14] = 1 } };

	sas[1].node = care_of(0);
	config = (struct ha_config){
		.address = { htonl(0xc0000201) },
		.lifetime_max = LIFETIME,
		.timestamp_tolerance = 7,
		.tunnelling = true,
		.numbers = mip4_numbers_default,
		.sas = sas,
		.n_sas = 2,
		.sa_cache = 2,
		.home_ifindex = HOME_IF,
		.home_mac = { { 2, 1 } },
		.home_link_local = { .s6_addr = { 0xfe, 0x80, [15] = 2 } },
		.prefixes = { { { .s6_addr = { 0x20, 1, 0xd, 0xb8, 0, 1 } }, 200, 100 } },
		.n_prefixes = 1,
		.advertise = true,
		.router_mac = { { 2, 2 } },
		.router_address = { .s6_addr = { 0xfe, 0x80, [15] = 1 } },
		.link_mtu = 1480,
		.autonomous = true,
		.ra_min = 10,
		.ra_max = 20,
		.pools = { { .kind = HA_POOL_PREFIXES, .size = PREFIXES, .valid = 150 },
			   { .kind = HA_POOL_ADDRESSES, .size = RANGE, .valid = 0xffffffff } },
		.n_pools = 2,
		.bindings_max = 3,
		.addresses_max = 5,
		.addresses_per_host = PER_HOST,
		.probes_max = 2,
		.nd_per_second = 4,
		.retransmit = 1000,
	};
	config.pools[0].first = prefix;
	config.pools[1].first = first; /* on the home link */
}
