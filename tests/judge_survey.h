/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A judge of surveys: whatever a part of a random state looks like to two kernels and to all
 * mixtures of them, some sample must look like it.
 */
#ifndef TCPOOM_TESTS_JUDGE_SURVEY_H
#define TCPOOM_TESTS_JUDGE_SURVEY_H

#include "../diff/parts.h"

struct survey_judgement {
	bool failed; /* memory ran out */
	bool lacks;  /* no sample looks like this part of this state; it ended there */
	enum tcpoom_part part;
	struct tcpoom_state example;
};

struct survey_judgement judge_surveys(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
				      uint64_t states, uint64_t seed);

#endif
