/* SPDX-License-Identifier: Apache-2.0 */
#include "base/drop.h"

#include <string.h>

#include "test.h"

static void every_reason_has_a_name_of_its_own_and_a_text(void **state)
{
	for (int i = 0; i < DROP_MAX; i++) {
		assert_non_null(drop_names[i]);
		assert_true(strlen(drop_texts[i]) > 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(drop_names[i], drop_names[k]);
	}
}

static const struct test tests[] = {
	TEST(every_reason_has_a_name_of_its_own_and_a_text, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/drop", tests);
}
