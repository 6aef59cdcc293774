#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# replay.sh TCPOOM: how fast traces are replayed and compared, beside programs that only read. Runs
# every program on the same files by turns and prints the least of the times, with the output going
# to a pipe that is read. BENCH_MB is the size of the files, BENCH_ROUNDS the number of rounds.
set -eu
tcpoom=$1
megabytes=${BENCH_MB:-1000}
rounds=${BENCH_ROUNDS:-7}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 2' INT TERM

# The recordings, over and over.
repeat() {
	grep -hv '^# tcpoom trace' traces/recorded/*.trace >"$dir/body"
	each=$(wc -c <"$dir/body")
	size=0
	echo '# tcpoom trace 1'
	while [ "$size" -lt $((megabytes * 1000000)) ]; do
		cat "$dir/body"
		size=$((size + each))
	done
}

# Events of 100 bytes, with set for what does not change.
generate() {
	awk -v events="$1" 'BEGIN {
		print "# tcpoom trace 1"
		print "set hz=250 max_orphans=65536 tcp_mem=3093984,4125312,6187968 do_reset=1"
		print "set err_soft=0 packets_out=1 snd_wnd=5840"
		for (i = 0; i < events; i++) {
			now = 1000000 + int(i / 4) % 3000000
			printf "%d.%06d %s sk=%d orphans=%d wmem_queued=%d mem_allocated=%d " \
			       "now=%d lsndtime=%d\n", 9000 + i / 1000, i % 1000 * 1000,
			       i % 2 ? "timer" : "close", i % 5000, i * 7919 % 70000,
			       i * 104729 % 5000, i * 15485863 % 7000000, now,
			       now - i * 31 % 20000
		}
	}'
}
# seconds PROGRAM...: of the clock, with the output to a pipe
seconds() {
	start=$(date +%s%N)
	"$@" | cat >/dev/null
	echo $(($(date +%s%N) - start))
}

names='replay diff wc mawk'
run() {
	case $1 in
	replay) seconds "$tcpoom" replay -k 3.4.4 "$2" ;;
	diff) seconds "$tcpoom" diff 2.6.18 3.4.4 "$2" ;;
	wc) seconds wc -l "$2" ;;
	mawk) seconds mawk '{ n += NF } END { print n }' "$2" ;;
	esac
}

for input in recorded generated; do
	file=$dir/$input.trace
	if [ $input = recorded ]; then
		repeat >"$file"
	else
		generate $((megabytes * 10000)) >"$file"
	fi
	bytes=$(wc -c <"$file")
	events=$(grep -c '^[0-9]' "$file")
	# the totals of both must be those of the file
	[ "$("$tcpoom" replay -q -k 3.4.4 "$file" | sed -n '1s/ .*//p')" = "$events" ]
	"$tcpoom" diff 2.6.18 3.4.4 "$file" | grep -q "^$events events:"
	for _ in $(seq "$rounds"); do
		for name in $names; do
			run "$name" "$file" >>"$dir/$input.$name"
		done
	done
	echo "$input: $((bytes / 1000000)) MB, $events events, least of $rounds"
	for name in $names; do
		sort -n "$dir/$input.$name" | head -1 |
			awk -v name="$name" -v bytes="$bytes" -v events="$events" '{
				printf "  %-8s %7.2f s %7.0f MB/s %7.2f M events/s\n", name,
				       $1 / 1e9, bytes / $1 * 1e3, events / $1 * 1e3
			}'
	done
	rm "$file"
done

# What a long trace takes that a short one does not: nothing.
for events in 10000 $((megabytes * 10000)); do
	generate "$events" >"$dir/trace"
	for command in 'replay -k 3.4.4' 'diff 2.6.18 3.4.4'; do
		# shellcheck disable=SC2086
		/usr/bin/time -q -f %M -o "$dir/peak" "$tcpoom" $command "$dir/trace" >"$dir/out" ||
			[ "$command" != 'replay -k 3.4.4' ]
		echo "peak of ${command%% *}, $events events: $(cat "$dir/peak") KB"
	done
done
