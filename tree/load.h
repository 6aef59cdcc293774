/* SPDX-License-Identifier: GPL-2.0-only */
/* Models that are loaded from a shared object. Loading one runs its code. */
#ifndef TCPOOM_TREE_LOAD_H
#define TCPOOM_TREE_LOAD_H

#include "../kernels/rules.h"
#include "../traces/error.h"

/*
 * A loaded model as a kernel. Its verdicts are the model's own. `rules` are those that come nearest
 * to it, once tcpoom_identify has found them: they explain a verdict where they lead to the same.
 */
struct tcpoom_loaded {
	struct tcpoom_kernel kernel; /* first; it decides through the model */
	const struct tcpoom_kernel *model;
	struct tcpoom_rules rules;
	const int64_t *constant; /* numbers that stand in the model's text */
	unsigned constants;
	void *handle;
};

/* False: *e says why. `path` is the kernel's name, and must outlive it. */
bool tcpoom_load(struct tcpoom_loaded *loaded, const char *path, struct tcpoom_error *e);
void tcpoom_unload(struct tcpoom_loaded *loaded);

#endif
