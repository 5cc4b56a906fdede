#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for that long over its corpus and prints one table; fails if one found
# something. Corpora grow in build-fuzz/, inputs that break something are kept there too.
#
#   tests/fuzz/run.sh SECONDS [TARGET...]
set -euo pipefail

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift
cd "$(dirname "$0")/../.."
build=build-fuzz
dir=$build/tests/fuzz
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1

if [ ! -f $build/build.ninja ]; then
	CC=clang meson setup $build -Dfuzz=true >/dev/null
fi
ninja -C $build --quiet fuzz
mkdir -p $dir/findings

# Last figure that libFuzzer printed under this name.
figure() {
	sed -nE "s/.*$1:? +([0-9]+).*/\1/p" "$2" | tail -1
}

row='%-10s %8s %12s %9s %9s %8s  %s\n'
# shellcheck disable=SC2059
table=$(printf "$row" target seconds inputs inputs/s edges corpus result)
failed=0
for program in "$dir"/fuzz_*; do
	[ -f "$program" ] && [ -x "$program" ] || continue
	name=${program##*/fuzz_}
	if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
		continue
	fi
	log=$dir/$name.log
	corpus=$dir/corpus/$name
	result=ok
	if ! "$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$dir/findings/$name-" "$corpus" \
		>"$log" 2>&1; then
		result="FOUND $(sed -n 's/.*Test unit written to //p' "$log" | tail -1)"
		failed=1
		grep -vE '^#[0-9]|NEW_FUNC' "$log" | tail -60
	fi
	# shellcheck disable=SC2059
	table+=$'\n'$(printf "$row" "$name" "$seconds" "$(figure stat::number_of_executed_units "$log")" \
		"$(figure stat::average_exec_per_sec "$log")" "$(figure 'cov' "$log")" \
		"$(find "$corpus" -type f | wc -l)" "$result")
done
echo "$table"
if [ $failed = 1 ]; then
	echo "run again with: PROGRAM FILE, for example $dir/fuzz_mip4 $dir/findings/..."
	exit 1
fi
