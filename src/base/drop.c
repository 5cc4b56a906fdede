/* SPDX-License-Identifier: Apache-2.0 */
#include "base/drop.h"

const char *const drop_names[DROP_MAX] = {
#define X(sym, name, text) [DROP_##sym] = name,
	DROP_REASONS(X)
#undef X
};

const char *const drop_texts[DROP_MAX] = {
#define X(sym, name, text) [DROP_##sym] = text,
	DROP_REASONS(X)
#undef X
};
