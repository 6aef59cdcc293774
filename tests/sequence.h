/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the golden sequences; vectors/compact_machines.py says how the files were made. */
#ifndef TCPOOM_TESTS_SEQUENCE_H
#define TCPOOM_TESTS_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SEQUENCE_STEPS 700
#define SEQUENCE_LINES 40

/* One sequence: its id and kind in one text, and its lines, each a key and a rest. */
struct sequence {
	char name[100], text[16000];
	unsigned lines;
	char *line[SEQUENCE_LINES];
};

struct numbers {
	unsigned count;
	int64_t at[SEQUENCE_STEPS];
};

/* What was done, and what one group of kernels did, in step. */
struct sequences {
	const char *name; /* of the group */
	FILE *inputs, *outputs;
	struct sequence in, out;
};

/* tests/vectors/WHAT-inputs.txt and WHAT-GROUP.txt; ends the program where they are not there. */
void sequences_open(struct sequences *s, const char *what, const char *group);

/* The next one that the group has; false and closed at the end. */
bool sequences_next(struct sequences *s);

/* The rest of the first line with that key after `*at`, which is moved there; or NULL. */
const char *sequence_find(const struct sequence *s, const char *key, unsigned *at);

/* The list with that key; empty if there is none. */
void sequence_numbers(const struct sequence *s, const char *key, struct numbers *numbers);

/* The one number with that key. */
int64_t sequence_number(const struct sequence *s, const char *key);

#endif
