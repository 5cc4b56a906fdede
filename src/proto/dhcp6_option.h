/* SPDX-License-Identifier: Apache-2.0 */
/* The option tables of the DHCPv6 codec; for dhcp6*.c only. */
#pragma once

#include "proto/dhcp6.h"

/* How a field is read and written. `read` may rely on the row's length, and consumes the data or
 * fails. `count` tells how many such options the field holds. */
struct dhcp6_kind {
	bool repeats; /* may be there more than once */
	size_t (*count)(const void *field);
	void (*read)(struct reader *r, void *field);
	void (*write)(struct writer *w, const void *field, size_t i);
};

/* Octets of data: min to max in steps. */
struct dhcp6_length {
	uint16_t min, max, step;
};

struct dhcp6_row {
	enum dhcp6_code code;
	struct dhcp6_length length;
	const struct dhcp6_kind *kind;
	size_t field; /* its offset */
};

/* Options that may stand side by side, and the structure that they fill: of a message, of an IA, of
 * a lease, of a relay agent. */
struct dhcp6_level {
	const struct dhcp6_row *rows;
	size_t n;
};

extern const struct dhcp6_level dhcp6_in_message;       /* struct dhcp6_message */
extern const struct dhcp6_level dhcp6_in_relay_forward; /* struct dhcp6_relay */
extern const struct dhcp6_level dhcp6_in_relay_reply;

/* Reads all that is left of r into the level's structure; r fails if something is wrong. */
void dhcp6_options_read(const struct dhcp6_level *level, struct reader *r, void *into);
void dhcp6_options_write(const struct dhcp6_level *level, struct writer *w, const void *from);

extern const struct dhcp6_kind dhcp6_kind_flag;
extern const struct dhcp6_kind dhcp6_kind_number8;
extern const struct dhcp6_kind dhcp6_kind_number16;
extern const struct dhcp6_kind dhcp6_kind_number32;
extern const struct dhcp6_kind dhcp6_kind_view;
extern const struct dhcp6_kind dhcp6_kind_names;
extern const struct dhcp6_kind dhcp6_kind_status;
extern const struct dhcp6_kind dhcp6_kind_vendor_class;
extern const struct dhcp6_kind dhcp6_kind_auth;
extern const struct dhcp6_kind dhcp6_kind_dns;
extern const struct dhcp6_kind dhcp6_kind_lla;
extern const struct dhcp6_kind dhcp6_kind_nested;
