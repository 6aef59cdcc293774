/* SPDX-License-Identifier: GPL-2.0-only */
/* One experiment of a claim, made on one kernel. */
#ifndef TCPOOM_ADVICE_EXPERIMENT_H
#define TCPOOM_ADVICE_EXPERIMENT_H

#include "contrast.h"
#include "judge.h"

/* Where an experiment is made. */
struct tcpoom_bench {
	const struct tcpoom_claim *claim;
	const struct tcpoom_experiment *experiment;
	const struct tcpoom_subject *subject;
	const struct tcpoom_exchange *exchange;
	enum tcpoom_entry entry; /* of the events that may have several */
};

/* What it showed. */
struct tcpoom_showing {
	bool concerned;	      /* the kernel can hold the values; else nothing is shown */
	tcpoom_fieldset open; /* what is unknown and matters */
	enum tcpoom_holds holds;
	bool changes;			  /* after a change, something is otherwise */
	bool wants_same;		  /* `unchanged` was expected of each change */
	bool units;			  /* what does not hold is a matter of units */
	const struct tcpoom_stage *stage; /* that decides: the first that fails, else the last */
	const struct tcpoom_wish *wish;	  /* of it that decides, or NULL */
	double side[2];			  /* of a comparison */
	struct tcpoom_world good, bad;	  /* a state for which it holds, and one for which not */
	bool has_good, has_bad;
};

/* False: *e says why. */
bool tcpoom_experiment_make(const struct tcpoom_bench *bench, struct tcpoom_showing *to,
			    struct tcpoom_error *e);

/*
 * The workload of the experiment in the world of a stage. *digest is equal for equal runs. *held:
 * the kernel could hold all values.
 */
bool tcpoom_experiment_run(const struct tcpoom_bench *bench, const struct tcpoom_stage *stage,
			   struct tcpoom_shown *to, uint64_t *digest, bool *held,
			   struct tcpoom_error *e);

/* The kernel of a stage on this bench, with its release. */
struct tcpoom_resolution tcpoom_bench_release(const struct tcpoom_bench *bench,
					      const struct tcpoom_stage *stage);

/* A command that shows what was shown, for the state for which it holds or does not. */
void tcpoom_proof(const struct tcpoom_bench *bench, const struct tcpoom_showing *s, bool good,
		  char *text, size_t size);

#endif
