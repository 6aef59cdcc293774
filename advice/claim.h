/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claim format 1: what somebody advises or asserts, and the experiments that show whether it is so.
 * There is no verdict in it: that is what the models say. advice/claims/README.md is its manual.
 *
 *   # tcpoom claim 1
 *   claim     In our words, in one line or several.
 *   source    Who says so, and where.
 *   kernels   2.6.18, 3.3..4.4, 5.16..
 *   untestable Why no experiment can show it.
 *
 *   experiment What is tried.
 *     set plain max_orphans=100
 *     event timer|close orphans=51 err_soft=113
 *     expect killed
 *     change max_orphans=200
 *     expect kept
 *
 * `given` before an expectation of an outcome or a message says of which sockets it is expected.
 * Instead of events: `trace FILE`, `workload FILE` (beside the claim), `ram 4G` (a boot).
 */
#ifndef TCPOOM_ADVICE_CLAIM_H
#define TCPOOM_ADVICE_CLAIM_H

#include "alter.h"
#include "expect.h"
#include "lint.h"
#include "subjects.h"

#define TCPOOM_EXPERIMENTS_MOST 12
#define TCPOOM_EVENTS_MOST 8
#define TCPOOM_STAGES_MOST 6
#define TCPOOM_WISHES_MOST 8

enum tcpoom_experiment_kind {
	TCPOOM_E_NUMBERS, /* no kernel has a part in it */
	TCPOOM_E_EVENTS,
	TCPOOM_E_TRACE,
	TCPOOM_E_WORKLOAD,
	TCPOOM_E_BOOT,
};

/* What is expected as it is, or after a change; a change is one of what is, not of the one before.
 */
struct tcpoom_stage {
	unsigned long line;
	struct tcpoom_alter alter;
	const char *kernel;		  /* another one, or NULL */
	struct tcpoom_resolution release; /* of it */
	int64_t ram;			  /* bytes; 0 = as it was */
	const char *size;
	struct tcpoom_lint_findings lint; /* `sysctl`: what is wrong with the line */
	unsigned wishes;
	struct tcpoom_wish wish[TCPOOM_WISHES_MOST];
};

struct tcpoom_claim_event {
	unsigned entries; /* bits of enum tcpoom_entry */
	struct tcpoom_state said;
};

struct tcpoom_experiment {
	unsigned long line;
	const char *title;
	enum tcpoom_experiment_kind kind;
	unsigned events;
	struct tcpoom_claim_event event[TCPOOM_EVENTS_MOST];
	char *path;				      /* of the trace or workload */
	int64_t ram;				      /* bytes; 0 = not said */
	const char *size;			      /* the same as it was said */
	struct tcpoom_wish given[TCPOOM_WISHES_MOST]; /* before any change */
	unsigned givens;
	unsigned stages;
	struct tcpoom_stage stage[TCPOOM_STAGES_MOST];
};

struct tcpoom_claim {
	char *file;
	char *claim, *source, *untestable;
	struct tcpoom_subjects kernels;
	unsigned experiments;
	struct tcpoom_experiment *experiment;
	char **text; /* the lines, to which all else points */
	size_t lines;
};

/* Reads a claim. False: *e says why. Free it in either case. */
bool tcpoom_claim_read(FILE *in, const char *name, struct tcpoom_claim *c, struct tcpoom_error *e);
void tcpoom_claim_free(struct tcpoom_claim *c);

/* SIZE of memory: 512M, 64G; bytes. */
bool tcpoom_size_read(struct tcpoom_span text, int64_t *bytes, struct tcpoom_error *e);

#endif
