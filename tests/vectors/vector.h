/* SPDX-License-Identifier: Apache-2.0 */
/* Golden messages: files of hexadecimal octets, one field a line, "#" starts a comment. */
#pragma once

#include "base/bytes.h"

#define VECTOR_MAX 2048

struct vector {
	size_t n;
	uint8_t b[VECTOR_MAX];
};

/* Reads tests/vectors/NAME; ends the test if it cannot. */
struct vector vector_read(const char *name);
static inline struct bytes vector_bytes(const struct vector *v)
{
	return BYTES(v->b, v->n);
}
