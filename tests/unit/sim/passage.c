/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's model of the data plane does what tests/vectors/passage.txt says; the BPF
 * programs do, too (tests/bpf/passage.c). */
#include "passage_model.h"
#include "test.h"

static void the_model_does_what_the_vectors_say(void **state)
{
	static struct passage_file f;
	struct plane p;

	passage_read(&f);
	passage_model_new(&p, PASSAGE_ENTRIES, 0);
	for (size_t i = 0; i < f.n_entries; i++)
		assert_int_equal(passage_model_set(&p, &f.entries[i]), 0);
	for (size_t i = 0; i < f.n_passages; i++) {
		struct passage_out got = passage_model_run(&p, &f.passages[i].in);

		passage_assert_same("passage.txt", f.passages[i].line, &got, &f.passages[i].out);
	}
	passage_model_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_model_does_what_the_vectors_say, ""),
	};

	return TESTS_RUN("sim/passage", tests);
}
