#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# debian-trees.sh TCPOOM: the kernel sources that Debian's archive offers decide as the row of their
# release. They are fetched, not installed, and removed; where there are none, nothing is tested.
set -eu
tcpoom=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 6.1 6.12; do
	if ! timeout 300 apt-get -q download "linux-source-$version" >/dev/null 2>&1; then
		echo "linux-source-$version: not to be had, not tested"
		continue
	fi
	dpkg-deb --fsys-tarfile ./*.deb | tar xO "./usr/src/linux-source-$version.tar.xz" |
		xz -dc | tar x --strip-components=1 --wildcards \
		'*/Makefile' '*/net/ipv4/tcp*.c' '*/include/net/*.h' '*/include/linux/percpu*.h'
	"$tcpoom" tree -o ./model.so --identify . | sed -n 1,2p
	"$tcpoom" tree --identify ./model.so | grep -q '^nearest: 6\.0 .* which decides all'
	rm -rf ./*
done
