/* SPDX-License-Identifier: GPL-2.0-only */
/* The text that was cut out of a tree as a loadable model. */
#ifndef TCPOOM_TREE_COMPILE_H
#define TCPOOM_TREE_COMPILE_H

#include "cut.h"

/*
 * Compiles it with $CC, or cc, to the shared object `to`. What is between is in a directory under
 * $TMPDIR, and removed. False: *e names the file and the function that the compiler does not take.
 */
bool tcpoom_tree_compile(const struct tcpoom_tree *tree, const char *to, struct tcpoom_error *e);

#endif
