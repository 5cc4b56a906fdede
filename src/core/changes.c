/* SPDX-License-Identifier: Apache-2.0 */
#include "core/changes.h"

#include <errno.h>

static uint32_t *next(const struct changes *c, uint32_t place)
{
	return &c->next[place - 1];
}

int changes_new(struct changes *c, const struct memory *m, uint32_t n)
{
	*c = (struct changes){ .next = memory_alloc(m, n * sizeof(*c->next)) };
	return c->next ? 0 : -ENOMEM;
}

void changes_add(struct changes *c, uint32_t place)
{
	if (*next(c, place))
		return;
	*next(c, place) = place;
	*(c->last ? next(c, c->last) : &c->first) = place;
	c->last = place;
}

uint32_t changes_next(struct changes *c)
{
	uint32_t place = c->told ? *next(c, c->told) : c->first;

	if (place == c->told) /* the last has been told */
		return 0;
	return c->told = place;
}

void changes_stored(struct changes *c, bool stored)
{
	uint32_t place = 0;

	while (stored && place != c->told) {
		place = c->first;
		c->first = *next(c, place) == place ? 0 : *next(c, place);
		*next(c, place) = 0;
	}
	if (!c->first)
		c->last = 0;
	c->told = 0;
}
