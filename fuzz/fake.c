/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of the table as a loadable model. Compiled with a copy of the rules in which one operator
 * was changed it is a kernel that the fuzzer must find: fuzz/demonstrate.
 */
#include "../kernels/table.h"

#define ROW (&tcpoom_kernels[TCPOOM_K_6_0])

static enum tcpoom_status decide(const struct tcpoom_kernel *k, const struct tcpoom_state *s,
				 struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	(void)k;
	return ROW->decide(ROW, s, v, t);
}

/* It says of no field that it needs it: a record of the fuzzer gives them all. */
extern const struct tcpoom_kernel tcpoom_model;
const struct tcpoom_kernel tcpoom_model = { .abi = TCPOOM_ABI, .name = "6.0", .decide = decide };
