#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fuzz.sh PLAIN SANITIZED: executions of the differential target a second, under libFuzzer, with two
# kernels and one event in each input, without and with sanitizers; beside them the same binary that
# returns at once. Only executions in which both kernels decided count. Medians of BENCH_ROUNDS (5)
# seeds.
set -eu
runs=${BENCH_FUZZ_RUNS:-1000000}
rounds=${BENCH_ROUNDS:-5}
# a benchmark looks for nothing
export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0:malloc_context_size=0:max_malloc_fill_size=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
head -c 128 /dev/zero >"$work/neutral"

# run TARGET KERNELS LENGTH RUNS FILE: for each seed a line "decided divergences executions/s
# decisions/s", the third of all executions if it returns at once
run() {
	for seed in $(seq "$rounds"); do
		rm -rf "$work/corpus"
		mkdir "$work/corpus"
		cp "$work/neutral" "$work/corpus/"
		TCPOOM_FUZZ_REPORT=1 TCPOOM_FUZZ_KERNELS=$2 "$1" -runs="$4" -seed="$seed" \
			-max_len="$3" -len_control=0 -entropic=0 -artifact_prefix="$work/" \
			"$work/corpus" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
		sed -n 's/\([0-9]*\) executions, \([0-9]*\) in which.* \([0-9.]*\) s, [0-9]*\/s; [0-9]* decisions, \([0-9]*\)\/s; \([0-9]*\) .*/\1 \2 \3 \4 \5/p' \
			"$work/log" |
			awk -v early="${TCPOOM_FUZZ_EARLY-0}" \
				'{ print $2, $5, int((early ? $1 : $2) / ($3 ? $3 : 0.001)), $4 }'
	done >"$5"
	[ "$(wc -l <"$5")" = "$rounds" ] || { cat "$work/log" >&2; exit 1; }
}

# median COLUMN FILE
median() {
	cut -d' ' -f"$1" "$2" | sort -n | sed -n "$(((rounds + 1) / 2))p"
}

for variant in plain sanitized; do
	target=$1
	shift
	TCPOOM_FUZZ_EARLY=1 run "$target" '2.6.28 2.6.29' 128 "$runs" "$work/early"
	early=$(median 3 "$work/early")
	for kernels in '2.6.28 2.6.29' '3.17 3.18' '5.1 5.16' '5.16 6.0'; do
		run "$target" "$kernels" 128 "$runs" "$work/one"
		run "$target" "$kernels" 8000 $((runs / 20)) "$work/many"
		one=$(median 3 "$work/one")
		printf 'differential, %-10s %-13s %8d executions/s of one event, %2d %% of %d/s that return at once; %2d %% diverge; up to 64 events: %d decisions/s\n' \
			"$variant:" "$(echo "$kernels" | tr ' ' /)" "$one" $((100 * one / early)) \
			"$early" $((100 * $(median 2 "$work/one") / runs)) "$(median 4 "$work/many")"
	done
done
