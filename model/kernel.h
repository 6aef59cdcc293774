/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel, as the rest of tcpoom sees it: the versioned interface that the built-in models
 * implement and that a loadable model can export.
 */
#ifndef TCPOOM_MODEL_KERNEL_H
#define TCPOOM_MODEL_KERNEL_H

#include "state.h"
#include "verdict.h"

/* Raised with every change of a struct that a model is compiled against. */
#define TCPOOM_ABI 2

enum tcpoom_status {
	TCPOOM_OK,
	TCPOOM_UNKNOWN,		/* a field that this entry needs on this kernel is not given */
	TCPOOM_UNREPRESENTABLE, /* a value that the kernel's own type cannot hold */
	TCPOOM_UNMODELLED,	/* a state in which something acts that is not modelled */
};

struct tcpoom_rules;

/*
 * A loadable model exports one of these as `const struct tcpoom_kernel tcpoom_model`, with no rules
 * and no record of tests. It may export `const int64_t tcpoom_model_constants[]` and `const
 * unsigned tcpoom_model_constant_count`: numbers at which it may decide otherwise than any release.
 */
struct tcpoom_kernel {
	uint32_t abi; /* TCPOOM_ABI */
	const char *name;
	tcpoom_fieldset needs[TCPOOM_ENTRIES]; /* fields without which an entry is not decided */
	const struct tcpoom_rules *rules;      /* NULL for a model that is not built of them */

	/*
	 * Decides a complete state in which all that `needs` names is given: a pure function of
	 * kernel and state, without allocation or I/O. Writes every test made to *tests unless it
	 * is NULL. Anything but TCPOOM_OK is no verdict, and verdict->blame names the field.
	 */
	enum tcpoom_status (*decide)(const struct tcpoom_kernel *kernel,
				     const struct tcpoom_state *state,
				     struct tcpoom_verdict *verdict, struct tcpoom_tests *tests);
};

/* Decides a complete state. TCPOOM_UNKNOWN where something is missing, whatever else holds. */
static inline enum tcpoom_status tcpoom_decide(const struct tcpoom_kernel *kernel,
					       const struct tcpoom_state *state,
					       struct tcpoom_verdict *verdict,
					       struct tcpoom_tests *tests)
{
	const tcpoom_fieldset missing = kernel->needs[state->entry] & ~state->given;
	uint8_t field = 0; /* equivalent: 1, the entry is never missing */

	if (!missing)
		return kernel->decide(kernel, state, verdict, tests);
	while (!(missing >> field & 1))
		field++;
	verdict->blame = field;
	return TCPOOM_UNKNOWN;
}

#endif
