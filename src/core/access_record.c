/* SPDX-License-Identifier: Apache-2.0 */
#include "core/access_record.h"

void record_write_name(struct writer *w, struct bytes name)
{
	write_u8(w, (uint8_t)name.n);
	write_bytes(w, name);
}

struct bytes record_read_name(struct reader *r, size_t max)
{
	size_t n = read_u8(r);

	if (n == 0 || n > max)
		r->failed = true;
	return read_bytes(r, n);
}

void record_write_registration(struct writer *w, const struct client_registration *c)
{
	write_in4(w, c->home_agent);
	write_u16(w, c->granted);
	write_u16(w, c->exposed);
	write_u64(w, c->offset);
	write_u64(w, c->floor);
	write_u64(w, c->accepted);
	write_u8(w, c->revocable);
	write_u32(w, c->peer_timestamp);
}

struct client_registration record_read_registration(struct reader *r, struct in_addr care_of)
{
	struct client_registration c = { .care_of = care_of };

	c.home_agent = read_in4(r);
	c.granted = read_u16(r);
	c.exposed = read_u16(r);
	c.offset = read_u64(r);
	c.floor = read_u64(r);
	c.accepted = read_u64(r);
	c.revocable = read_u8(r) != 0;
	c.peer_timestamp = read_u32(r);
	if (c.granted == 0)
		r->failed = true;
	return c;
}
