/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A survey of two kernels at one entry: for each part of the decision one sample for each set of
 * answers, under every mixture of the two kernels' rules, and each set of relations.
 */
#ifndef TCPOOM_DIFF_SURVEY_H
#define TCPOOM_DIFF_SURVEY_H

#include "class.h"
#include "keys.h"
#include "parts.h"
#include "ways.h"

/* Orphans are compared at three shifts; which one is up to clock and argument. */
#define TCPOOM_SHIFTS 3

/*
 * Questions to an axis. An answer is a word: a bit for each mixture of the rules of its part. That
 * to TCPOOM_SOFT has no rules.
 */
enum { TCPOOM_IDLE, TCPOOM_RECENT, TCPOOM_RESET, TCPOOM_GIVEN_UP, TCPOOM_SOFT }; /* time */
#define TCPOOM_MANY(shift) (2 * (shift)) /* orphans, followed by the same without the exact sum */
enum { TCPOOM_YES };			 /* memory, peer, netns */
#define TCPOOM_QUESTIONS TCPOOM_MANY(TCPOOM_SHIFTS)

/* One state that stands for all that no kernel tells from it, in this part. */
struct tcpoom_sample {
	struct tcpoom_state state;
	uint64_t answer[TCPOOM_QUESTIONS];
	uint64_t relations; /* a hash */
	struct tcpoom_threshold at[TCPOOM_SHIFTS][2][TCPOOM_TESTS];
};

struct tcpoom_samples {
	struct tcpoom_sample *sample;
	size_t count, most;
	struct tcpoom_keys keys;
	bool failed;
};

/* The parts, but clock and argument as one: they share fields. */
enum tcpoom_axis {
	TCPOOM_AXIS_TIME,
	TCPOOM_AXIS_ORPHANS,
	TCPOOM_AXIS_MEMORY,
	TCPOOM_AXIS_PEER,
	TCPOOM_AXIS_NETNS,
	TCPOOM_AXES
};

struct tcpoom_survey {
	const struct tcpoom_kernel *a, *b;
	struct tcpoom_samples axis[TCPOOM_AXES];       /* in the order in which they were met */
	struct tcpoom_mixtures mixtures[TCPOOM_PARTS]; /* of the rules of each part */
	struct tcpoom_mixtures time;		       /* of those of clock and argument */
	tcpoom_fieldset set_aside; /* fields with values that one of the kernels cannot hold */
};

/* Both kernels must have rules. False if memory runs out; free it all the same. */
bool tcpoom_survey_make(struct tcpoom_survey *survey, const struct tcpoom_kernel *a,
			const struct tcpoom_kernel *b, enum tcpoom_entry entry);

/*
 * The sample that a state is of, in a part; samples of one key are alike. False: one of the kernels
 * cannot hold a value, whose field is set aside.
 */
bool tcpoom_survey_take(struct tcpoom_survey *survey, enum tcpoom_part part,
			const struct tcpoom_state *state, struct tcpoom_sample *to);
uint64_t tcpoom_sample_key(const struct tcpoom_sample *sample);

void tcpoom_survey_free(struct tcpoom_survey *survey);

/* The part that an axis is, but for that of time, which is two. */
enum tcpoom_part tcpoom_axis_part(enum tcpoom_axis axis);

/* The comparisons that are made on an axis. */
uint32_t tcpoom_axis_tests(enum tcpoom_axis axis);

/* Gives *s the fields of the sample that belong to the axis. */
void tcpoom_axis_put(struct tcpoom_state *s, enum tcpoom_axis axis,
		     const struct tcpoom_sample *sample);

#endif
