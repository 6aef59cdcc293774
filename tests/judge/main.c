/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges the atlas of each two neighbours in the table of kernels, as `make judge`:
 *
 *     run STATES [A B]
 *
 * Fails if a state is of a class that the atlas lacks, or if a part of it looks like no sample of
 * the survey; prints such a state as the command that explains it. Says how many classes no state
 * was of: each class has an example of its own, but some are too rare for states at random.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../kernels/release.h"
#include "../../kernels/table.h"
#include "../judge.h"
#include "../judge_survey.h"

static void print_state(const struct tcpoom_kernel *a, const char *why,
			const struct tcpoom_state *s)
{
	printf("  %s: tcpoom explain -k %s %s", why, a->name, tcpoom_entry_names[s->entry]);
	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++)
		if (s->given >> f & 1)
			printf(" %s=%" PRId64, tcpoom_field_table[f].name,
			       tcpoom_field_get(s, (enum tcpoom_field)f));
	putchar('\n');
}

static bool judge_parts(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			uint64_t states)
{
	static const char *const part[] = { "clock",  "argument", "orphans",
					    "memory", "peer",	  "netns" };
	/* a part has fewer looks than an atlas has classes, and each state takes longer */
	const struct survey_judgement j = judge_surveys(a, b, states / 100, 1);

	if (j.failed)
		puts("out of memory");
	else if (j.lacks)
		print_state(a, part[j.part], &j.example);
	return !j.failed && !j.lacks;
}

/* Whether the atlas stands. */
static bool judge_atlas(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			uint64_t states)
{
	struct tcpoom_atlas atlas;
	struct judgement j;
	bool *hit = NULL;

	if (tcpoom_atlas_make(&atlas, a, b))
		hit = calloc(atlas.count + 1, sizeof(*hit));
	if (!hit) {
		puts("out of memory");
		tcpoom_atlas_free(&atlas);
		return false;
	}
	j = judge(&atlas, states, 1, hit);
	printf("%s %s: %zu classes, %" PRIu64 " states, %" PRIu64 " differ, %s, %zu never met\n",
	       a->name, b->name, atlas.count, j.states, j.differ,
	       j.outside ? "one outside" : "none outside", j.unhit);
	if (j.outside)
		print_state(a, "outside", &j.example);
	fflush(stdout);
	free(hit);
	tcpoom_atlas_free(&atlas);
	return !j.outside;
}

static bool judge_pair(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       uint64_t states)
{
	return judge_atlas(a, b, states) & judge_parts(a, b, states);
}

static const struct tcpoom_kernel *find(const char *name)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(name, &r);
	return r.candidates ? r.candidate[0] : NULL;
}

int main(int argc, char **argv)
{
	const uint64_t states = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	int failed = 0;

	if (argc == 4) {
		const struct tcpoom_kernel *a = find(argv[2]), *b = find(argv[3]);

		return !a || !b || !judge_pair(a, b, states);
	}
	for (int i = 0; i + 1 < TCPOOM_KERNELS; i++)
		failed += !judge_pair(&tcpoom_kernels[i], &tcpoom_kernels[i + 1], states);
	printf("%d passed, %d failed\n", TCPOOM_KERNELS - 1 - failed, failed);
	return failed != 0;
}
