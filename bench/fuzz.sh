#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fuzz.sh PLAIN SANITIZED: executions of the differential target a second, under libFuzzer, with two
# kernels and one event in each input, without and with sanitizers; beside them the same binary that
# returns at once. Only executions in which both kernels decided count. The best of BENCH_ROUNDS (5).
set -eu
runs=${BENCH_FUZZ_RUNS:-500000}
rounds=${BENCH_ROUNDS:-5}
# a benchmark looks for nothing
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0:malloc_context_size=0:max_malloc_fill_size=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
head -c 128 /dev/zero >"$work/neutral"

# run TARGET LENGTH RUNS: "decided seconds executions/s decisions/s"
run() {
	rm -rf "$work/corpus"
	mkdir "$work/corpus"
	cp "$work/neutral" "$work/corpus/"
	TCPOOM_FUZZ_REPORT=1 TCPOOM_FUZZ_KERNELS='2.6.28 2.6.29' "$1" -runs="$3" -seed=1 \
		-max_len="$2" -len_control=0 -entropic=0 -artifact_prefix="$work/" "$work/corpus" \
		>"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
	sed -n 's/.*executions, \([0-9]*\) in which.* \([0-9.]*\) s, \([0-9]*\)\/s; \([0-9]*\) decisions, \([0-9]*\)\/s.*/\1 \2 \3 \5/p' \
		"$work/log"
}

best() {
	sort -n -k"$1,$1" "$2" | tail -1 | cut -d' ' -f"$1"
}

for variant in plain sanitized; do
	target=$1
	shift
	for _ in $(seq "$rounds"); do
		run "$target" 128 "$runs" >>"$work/$variant.one"
		run "$target" 8000 $((runs / 20)) >>"$work/$variant.many"
		TCPOOM_FUZZ_EARLY=1 run "$target" 128 "$runs" >>"$work/$variant.early"
	done
	one=$(best 3 "$work/$variant.one")
	early=$(awk -v runs="$runs" '{ printf "%d\n", runs / $2 }' "$work/$variant.early" | sort -n | tail -1)
	printf 'differential, %-10s %8d executions/s of one event, %3.0f %% of %d/s that return at once;' \
		"$variant:" "$one" "$(echo "$one $early" | awk '{ print 100 * $1 / $2 }')" "${early%.*}"
	printf ' up to 64 events: %d decisions/s\n' "$(best 4 "$work/$variant.many")"
done
