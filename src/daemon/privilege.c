/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	int bit, or ; /* CAP_SYS_ADMIN stands for the newer, finer ones */
	const char *name;
} needed[] = {
	{ CAP_NET_ADMIN, CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	{ CAP_NET_RAW, CAP_NET_RAW, "CAP_NET_RAW" },
	{ CAP_NET_BIND_SERVICE, CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE" },
	{ CAP_BPF, CAP_SYS_ADMIN, "CAP_BPF" },
	{ CAP_PERFMON, CAP_SYS_ADMIN, "CAP_PERFMON" },
};

static bool has(const struct __user_cap_data_struct *v, int bit)
{
	return v[CAP_TO_INDEX(bit)].effective & CAP_TO_MASK(bit);
}

int privilege_check(char *why, size_t why_size)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct v[_LINUX_CAPABILITY_U32S_3] = { 0 };
	char missing[128] = "";

	if (syscall(SYS_capget, &h, v) < 0)
		return 0; /* then the first thing that is refused will say so */
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		size_t n = strlen(missing);

		if (!has(v, needed[i].bit) && !has(v, needed[i].or))
			snprintf(missing + n, sizeof(missing) - n, "%s%s", n ? ", " : "",
				 needed[i].name);
	}
	if (!*missing)
		return 0;
	snprintf(why, why_size,
		 "netmip4d lacks privileges (%s); start it as root, or give it these "
		 "capabilities",
		 missing);
	return -EPERM;
}
