/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a DHCPv6 message; one that is accepted is written, read again and the same. What a
 * server looks at next must end too: the rules for discarding, options asked for. */
#include "base/drop.h"
#include "dhcp6_roundtrip.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp6_message m;
	int wrong;

	if (dhcp6_decode(BYTES(data, size), &m) != 0)
		return 0;
	dhcp6_roundtrip(&m, size);
	wrong = dhcp6_server_discards(&m, m.server_id, data[size - 1] & 1);
	assert(-1 <= wrong && wrong < DROP_MAX && wrong != DROP_DHCP6_OTHER_SERVER);
	dhcp6_requests(&m, DHCP6_DNS_SERVERS);
	return 0;
}
