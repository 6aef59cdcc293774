/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The atlas of two kernels: every class of divergence that there is, each with a state that shows
 * it. diff/README.md argues why none is missing.
 */
#ifndef TCPOOM_DIFF_ATLAS_H
#define TCPOOM_DIFF_ATLAS_H

#include "boundary.h"
#include "class.h"

struct tcpoom_atlas_entry {
	struct tcpoom_class class;
	struct tcpoom_state state;
};

struct tcpoom_atlas {
	const struct tcpoom_kernel *a, *b;
	struct tcpoom_atlas_entry *entry; /* in the order of tcpoom_class_compare */
	size_t count, most;
	uint64_t sampled;	   /* states that tcpoom_atlas_sample looked at */
	tcpoom_fieldset set_aside; /* fields with values that one of the kernels cannot hold */
};

/* Both kernels must have rules. False if memory runs out; what there is must be freed all the same.
 */
bool tcpoom_atlas_make(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
		       const struct tcpoom_kernel *b);

/*
 * The classes that all boundary states show, for a loaded model: complete relative to these states,
 * which are those of all rules there are, and the numbers that stand in the model's text.
 */
bool tcpoom_atlas_sample(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b, const struct tcpoom_numbers *numbers);

/* For those that make one: another class, and that there are no more. False: out of memory. */
bool tcpoom_atlas_add(struct tcpoom_atlas *atlas, const struct tcpoom_class *c,
		      const struct tcpoom_state *state);
void tcpoom_atlas_sort(struct tcpoom_atlas *atlas);

/* The entry of that class, or NULL. */
const struct tcpoom_atlas_entry *tcpoom_atlas_find(const struct tcpoom_atlas *atlas,
						   const struct tcpoom_class *c);

void tcpoom_atlas_free(struct tcpoom_atlas *atlas);

#endif
