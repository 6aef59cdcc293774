/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done to the kernel so that it decides. guest/expect says what must come of it. */
#ifndef TCPOOM_GUEST_SCENARIOS_H
#define TCPOOM_GUEST_SCENARIOS_H

struct scenario {
	const char *name;
	void (*run)(void);
};

extern const struct scenario scenarios[]; /* ends with a NULL name */

/* Limits that nothing reaches. */
void limits_far(void);

#endif
