/* SPDX-License-Identifier: Apache-2.0 */
/* What DHCPv6 names things by: DUIDs (RFC 8415 11) and domain names (RFC 8415 10). */
#include "proto/dhcp6.h"

#include <errno.h>

#define LABEL_MAX 63 /* RFC 1035 2.3.4 */

int dhcp6_duid_write(struct writer *w, const struct dhcp6_duid *d)
{
	write_u16(w, d->type);
	if (d->type == DHCP6_DUID_LLT || d->type == DHCP6_DUID_LL)
		write_u16(w, d->hardware);
	if (d->type == DHCP6_DUID_LLT)
		write_u32(w, d->time);
	if (d->type == DHCP6_DUID_EN)
		write_u32(w, d->enterprise);
	write_bytes(w, d->id);
	return w->failed ? -ENOBUFS : 0;
}

int dhcp6_write_name(struct writer *w, const char *name)
{
	size_t start = writer_length(w);

	do {
		size_t n = 0;

		while (name[n] && name[n] != '.')
			n++;
		if (n == 0 || n > LABEL_MAX)
			return -EINVAL;
		write_u8(w, (uint8_t)n);
		write_bytes(w, BYTES(name, n));
		name += n;
		if (*name == '.')
			name++;
	} while (*name);
	write_u8(w, 0);
	if (w->failed)
		return -ENOBUFS;
	return writer_length(w) - start <= DHCP6_NAME_MAX ? 0 : -EINVAL;
}
