/* SPDX-License-Identifier: GPL-2.0-only */
#include "pair.h"

#include "../diff/identify.h"
#include "../kernels/release.h"
#include "../tree/load.h"
#include "target.h"

static void stop(const char *what, const char *why)
{
	fprintf(stderr, "TCPOOM_FUZZ_KERNELS: %s: %s\n", what, why);
	exit(2);
}

/* A model explains its verdicts by the rules that come nearest to it. */
static const struct tcpoom_kernel *load(const char *path)
{
	struct tcpoom_loaded *loaded = calloc(1, sizeof(*loaded));
	struct tcpoom_identity id;
	struct tcpoom_error e;

	if (!loaded || !tcpoom_load(loaded, path, &e))
		stop(path, loaded ? e.text : "out of memory");
	if (!tcpoom_identify(&loaded->kernel,
			     &(struct tcpoom_numbers){ loaded->constant, loaded->constants },
			     loaded->model->name, &id))
		stop(path, "out of memory");
	loaded->rules = id.rules;
	loaded->kernel.rules = &loaded->rules;
	return &loaded->kernel;
}

static const struct tcpoom_kernel *find(const char *name)
{
	struct tcpoom_resolution r;

	if (strchr(name, '/'))
		return load(name);
	tcpoom_release_resolve(name, &r);
	if (r.candidates != 1)
		stop(name, r.why);
	return r.candidate[0];
}

/* Whether the kernel decides this state, which differs from 0 in one field. */
static bool holds(const struct tcpoom_kernel *k, enum tcpoom_field f, int64_t value)
{
	struct record r = { 0 };
	struct tcpoom_verdict v;
	struct tcpoom_state s;

	record_state(&r, (struct narrow){ true, false, false }, &s);
	tcpoom_field_set(&s, f, value);
	return tcpoom_decide(k, &s, &v, NULL) == TCPOOM_OK;
}

static bool both_hold(const struct pair *p, enum tcpoom_field f)
{
	const int64_t more_than_int = (int64_t)1 << 40;

	return holds(p->a, f, more_than_int) && holds(p->b, f, more_than_int);
}

static bool is_row(const struct tcpoom_kernel *k)
{
	for (int row = 0; row < TCPOOM_KERNELS; row++)
		if (k == &tcpoom_kernels[row])
			return true;
	return false;
}

static void add_pair(struct pairs *pairs, const struct tcpoom_kernel *a,
		     const struct tcpoom_kernel *b)
{
	struct pair *p = &pairs->pair[pairs->count];

	p->number = pairs->count++;
	p->a = a;
	p->b = b;
	p->row[0] = is_row(a);
	p->row[1] = is_row(b);
	p->narrow = (struct narrow){ .clock = true,
				     .orphans = !both_hold(p, TCPOOM_F_orphans),
				     .memory = !both_hold(p, TCPOOM_F_mem_allocated) };
}

void pairs_open(struct pairs *pairs)
{
	const char *names = getenv("TCPOOM_FUZZ_KERNELS");
	static char name[2][4096];

	pairs->count = 0;
	if (!names) {
		for (int k = 0; k + 1 < TCPOOM_KERNELS; k++)
			add_pair(pairs, &tcpoom_kernels[k], &tcpoom_kernels[k + 1]);
		return;
	}
	if (sscanf(names, "%4095s %4095s", name[0], name[1]) != 2)
		stop(names, "expected two kernels");
	add_pair(pairs, find(name[0]), find(name[1]));
}
