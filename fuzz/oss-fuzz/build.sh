#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-only
# Every target with its seeds and its dictionary to $OUT, with the compiler and the flags that
# OSS-Fuzz and ClusterFuzzLite set, and what they link to $LIB_FUZZING_ENGINE.
build=$WORK/tcpoom
make -C "$SRC/tcpoom" -j"$(nproc)" BUILD="$build" CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$CFLAGS" oss-fuzz \
	OSS_FUZZ_OUT="$OUT" OSS_FUZZ_CXX="$CXX" OSS_FUZZ_CXXFLAGS="$CXXFLAGS" \
	OSS_FUZZ_ENGINE="$LIB_FUZZING_ENGINE"
