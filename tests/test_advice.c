/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims: what the judge makes of small ones whose answer is known, that a wrong rule in a model
 * changes what it says of the shipped ones, and what is no claim.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "../advice/judge.h"
#include "check.h"
#include "state_text.h"

/* The judgement of a claim's body, "only: at timer before 3.3", or the error. */
static void judge_text(const char *body, char to[static 700])
{
	char text[3000];
	struct tcpoom_claim claim;
	struct tcpoom_judgement j = { .cell = NULL };
	struct tcpoom_error e;
	FILE *in;

	snprintf(text, sizeof(text), "# tcpoom claim 1\nclaim C.\nsource S.\n%s", body);
	in = open_text(text);
	CHECK(in != NULL);
	if (tcpoom_claim_read(in, "traces/workloads/own.claim", &claim, &e) &&
	    tcpoom_judge(&claim, NULL, &j, &e))
		snprintf(to, 700, "%s%s%s", tcpoom_judgement_names[j.kind], *j.where ? ": " : "",
			 j.where);
	else
		snprintf(to, 700, "%lu:%lu: %s", e.line, e.column, e.text);
	tcpoom_judgement_free(&j);
	tcpoom_claim_free(&claim);
	fclose(in);
}

/* Each fact is of kernel-facts: the eras of the rules, and where a message comes from. */
static void test_judgements(void)
{
	static const struct {
		const char *body, *judgement;
	} known[] = {
		{ "experiment\n event close plain orphans=11 max_orphans=10\n expect killed "
		  "reset\n",
		  "true" },
		{ "experiment\n event close plain orphans=9 max_orphans=10\n expect killed\n",
		  "false" },
		/* the limit itself is too many for a timer up to 2.6.21 */
		{ "experiment\n event timer|close plain orphans=10 max_orphans=10\n expect "
		  "killed\n",
		  "only: at timer before 2.6.22" },
		/* by the path before 3.3, by the cause since */
		{ "experiment\n event close plain orphans=11 max_orphans=10\n"
		  " expect message \"too many of orphaned\"\n",
		  "only: before 3.3" },
		{ "kernels 3.2, 3.4.4\nexperiment\n event timer plain orphans=11 max_orphans=10\n"
		  " expect message \"Out of socket memory\"\n",
		  "only: 3.2" },
		{ "kernels 3.2\nexperiment\n event timer plain orphans=11 max_orphans=10\n"
		  " expect no message \"too many\"\n change kernel=3.3\n"
		  " expect message \"too many orphaned\"\n",
		  "true" },
		/* what nobody said */
		{ "kernels 6.1\nexperiment\n event close plain mem_allocated=11 tcp_mem2=10 "
		  "wmem_queued=?\n expect killed\n",
		  "only: at close for some values of wmem_queued" },
		/* that it was killed leaves no value for which it could have lived */
		{ "kernels 6.1\nexperiment\n event close plain mem_allocated=11 tcp_mem2=10 "
		  "wmem_queued=?\n given killed\n expect message \"tuning tcp_mem\"\n"
		  " change tcp_mem2=11\n expect kept\n",
		  "true" },
		{ "kernels 6.1\nexperiment\n event close plain\n given killed\n expect kept\n",
		  "not testable: no kernel comes to it, or can hold its numbers" },
		{ "kernels 2.6.18\nexperiment\n event close plain tcp_mem2=4294967296\n"
		  " expect kept\n",
		  "not testable: no kernel comes to it, or can hold its numbers" },
		/* sysctls that no decision reads */
		{ "experiment\n event close plain orphans=11 max_orphans=10\n"
		  " change net.ipv4.tcp_tw_reuse=1\n expect kept\n",
		  "no effect on the decision: TIME_WAIT entries are no orphans" },
		{ "kernels 6.1\nexperiment\n event close plain orphans=11 max_orphans=10\n"
		  " change tcp_sack=0\n expect unchanged\n",
		  "true" },
		{ "kernels 6.1\nexperiment\n event close plain orphans=11 max_orphans=10\n"
		  " change tcp_max_orphans=11\n expect unchanged\n",
		  "false" },
		/* counts of a run: snmp_counter.rst */
		{ "kernels 2.6.18, 4.15, 7.1\nexperiment\n workload snmp-counter-64.workload\n"
		  " expect abort_on_memory = 54\n expect orphans@100s = 10\n",
		  "only: 4.15" },
		{ "kernels 2.6.18, 4.15, 7.1\nexperiment\n workload snmp-counter-64.workload\n"
		  " expect killed > closed * 3 / 4\n change max_orphans=65\n"
		  " expect killed = 0\n expect killed < before.killed\n expect no log\n",
		  "true" },
		{ "kernels 5.4\nexperiment\n workload snmp-counter-64.workload\n"
		  " expect log \"too many orphaned\"\n expect no log \"suppressed\"\n",
		  "true" },
		/* boot, by the formula of 4.2 on and by the hash of 3.8 on */
		{ "kernels 3.19..4.4\nexperiment\n ram 16G\n expect default.tcp_mem1 * 16 = ram\n"
		  " expect default.max_orphans = 65536\n",
		  "only: 4.2 on" },
		{ "kernels 7.1\nexperiment\n ram 4G\n expect default.tcp_mem2 about 9 * ram / 100\n"
		  " change ram=8G\n expect default.tcp_mem2 > before.default.tcp_mem2\n",
		  "true" },
		{ "experiment\n expect 3145728 pages = 12 GiB\n", "true" },
		{ "experiment\n expect 725376 pages about 708 MiB\n", "unit error" },
		{ "experiment\n ram 16G\n sysctl net.ipv4.tcp_mem = 1572864000 2097152000 "
		  "3145728000\n",
		  "unit error" },
		{ "experiment\n sysctl net.ipv4.tcp_mem = 100000 200000 300000\n", "true" },
		{ "experiment\n sysctl tcp_max_orphans = 100000\n",
		  "no effect on the decision: no kernel has it: it is net.ipv4.tcp_max_orphans" },
		{ "untestable It is a matter of taste.\n",
		  "not testable: It is a matter of taste." },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		char got[700];

		judge_text(known[i].body, got);
		CHECK_SAY(!strcmp(got, known[i].judgement), "%s\n-> %s", known[i].body, got);
	}
}

/* What is no claim, with the place; the body begins in line 4. */
static void test_errors(void)
{
	static const struct {
		const char *body, *error;
	} known[] = {
		{ "", "3:0: found no experiment, expected one or untestable" },
		{ "verdict true\n",
		  "4:1: found \"verdict\", expected claim, source, kernels, untestable or "
		  "experiment" },
		{ "kernels 2.6\n", "4:9: found \"2.6\", expected a release, or a range of them" },
		{ "kernels 5.15.0-91-generic\nexperiment\n", NULL },
		{ "kernels 3.3..2.x\n", NULL },
		{ "experiment\n", "4:0: found no expect in the experiment" },
		{ "experiment\n event open\n",
		  "5:8: found \"open\", expected timer, close, retransmit or probe" },
		{ "experiment\n event close|\n",
		  "5:14: found nothing, expected timer, close, retransmit or probe" },
		{ "experiment\n event close plain orphans\n",
		  "5:20: found \"orphans\", expected FIELD=VALUE, or plain" },
		{ "experiment\n event close orfans=1\n",
		  "5:14: found \"orfans\", expected a field (tcpoom help explain)" },
		{ "experiment\n event close orphans=x\n", NULL },
		{ "experiment\n event close memcg_limit=1\n",
		  "5:26: found memcg_limit=1, expected memcg_allocated beside it" },
		{ "experiment\n set memcg_limit=1\n event close\n",
		  "6:8: found memcg_limit=1, expected memcg_allocated beside it" },
		{ "experiment\n event close\n workload a.workload\n",
		  "6:1: found another, expected events, one trace, one workload or one boot in an "
		  "experiment" },
		{ "experiment\n event close\n expect dead\n",
		  "6:9: found \"dead\", expected a number or what is counted (tcpoom help "
		  "advice)" },
		{ "experiment\n event close\n expect killed >\n",
		  "6:17: found nothing, expected a number or what is counted (tcpoom help "
		  "advice)" },
		{ "experiment\n event close\n expect killed ~ 3\n",
		  "6:16: found \"~\", expected = != < <= > >= or about" },
		{ "experiment\n event close\n expect kept 3\n", NULL },
		{ "experiment\n event close\n expect killed = 3 sockets\n",
		  "6:20: found \"sockets\", expected the end of the line" },
		{ "experiment\n event close\n expect killed = before.killed\n",
		  "6:1: found no change, expected one before what is expected of it" },
		{ "experiment\n event close\n expect message too\n",
		  "6:17: found \"too\", expected a text in double quotes" },
		{ "experiment\n event close\n expect ram@5s = 3\n",
		  "6:9: found \"ram@5s\", expected no time: only what a run counts has one" },
		{ "experiment\n event close\n change\n",
		  "6:8: found nothing, expected FIELD=VALUE, kernel=RELEASE or ram=SIZE" },
		{ "experiment\n event close\n change tcp_maxorphans=3\n",
		  "6:9: found \"tcp_maxorphans\", expected a field, a setting of a workload, or a "
		  "sysctl" },
		{ "experiment\n event close\n change ram=3G\n expect kept\n",
		  "4:1: found ram=3G, expected a boot: ram SIZE" },
		{ "experiment\n event close\n given killed = 3\n",
		  "6:1: found another, expected an outcome or a message after given" },
		{ "experiment\n ram lots\n", "5:6: found \"lots\", expected a number from 1 to "
					     "1125899906842624" },
		{ "experiment\n sysctl tcp_mem 1 2 3\n",
		  "5:1: found \"tcp_mem 1 2 3\", expected NAME = VALUE" },
		/* what only making it shows */
		{ "kernels 6.1\nexperiment\n workload snmp-counter-11.workload\n expect kept\n",
		  "7:0: found an outcome, expected a comparison, log or unchanged: one outcome is "
		  "that of an event" },
		{ "kernels 6.1\nexperiment\n event close plain\n expect log \"x\"\n",
		  "7:0: found log, expected message: only a workload has a log" },
		{ "kernels 6.1\nexperiment\n event close plain\n expect lines = 1\n",
		  "7:0: found lines, which this experiment does not count" },
		{ "kernels 6.1\nexperiment\n workload none.workload\n expect lines = 1\n",
		  "0:0: No such file or directory" },
		{ "kernels 6.1\nexperiment\n trace none.trace\n expect kept\n",
		  "0:0: No such file or directory" },
		{ "kernels 6.1\nexperiment\n event close plain\n change fin_timeout=3\n expect "
		  "kept\n",
		  NULL },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		char got[700];

		judge_text(known[i].body, got);
		/* where no text is given: it begins with the place */
		CHECK_SAY(known[i].error ? !strcmp(got, known[i].error)
					 : strchr("0123456789", *got) != NULL,
			  "%s\n-> %s", known[i].body, got);
	}
}

/* The judgements of all shipped claims, with some rule as another variant in all kernels. */
struct mixtures {
	struct tcpoom_rules rules[TCPOOM_KERNELS];
	struct tcpoom_kernel kernel[TCPOOM_KERNELS];
};

static const struct tcpoom_kernel *mixed(void *context, const struct tcpoom_kernel *kernel)
{
	const struct mixtures *m = context;

	return &m->kernel[kernel - tcpoom_kernels];
}

static void mix(struct mixtures *m, int rule, unsigned variant)
{
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		m->rules[k] = *tcpoom_kernels[k].rules;
		if (rule < TCPOOM_RULES)
			tcpoom_rules_set(&m->rules[k], (enum tcpoom_rule)rule, (uint8_t)variant);
		m->kernel[k] = tcpoom_kernel_of(&m->rules[k], tcpoom_kernels[k].name);
	}
}

/* Only claims that are quick: on events and boots. */
static bool is_quick(const struct tcpoom_claim *c)
{
	for (unsigned i = 0; i < c->experiments; i++)
		if (c->experiment[i].kind == TCPOOM_E_WORKLOAD)
			return false;
	return c->experiments > 0;
}

struct shipped {
	struct tcpoom_claim claim[100];
	char before[100][700];
	unsigned count;
};

static void judge_one(const struct tcpoom_claim *c, struct mixtures *m, char to[static 700])
{
	const struct tcpoom_exchange exchange = { mixed, m };
	struct tcpoom_judgement j;
	struct tcpoom_error e = { .text = "" };

	CHECK_SAY(tcpoom_judge(c, &exchange, &j, &e), "%s: %s", c->file, e.text);
	snprintf(to, 700, "%s %s", tcpoom_judgement_names[j.kind], j.where);
	tcpoom_judgement_free(&j);
}

static void read_shipped(struct shipped *s)
{
	glob_t files;

	s->count = 0;
	CHECK(glob("advice/claims/*.claim", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc && s->count < 100; i++) {
		struct tcpoom_claim *c = &s->claim[s->count];
		FILE *in = fopen(files.gl_pathv[i], "r");
		struct tcpoom_error e = { .text = "" };
		const bool good = in && tcpoom_claim_read(in, files.gl_pathv[i], c, &e);

		CHECK_SAY(good, "%s:%lu: %s", files.gl_pathv[i], e.line, e.text);
		if (in)
			fclose(in);
		if (good && is_quick(c))
			s->count++;
		else if (in)
			tcpoom_claim_free(c);
	}
	globfree(&files);
}

/* Every wrong rule of the check itself changes what is said of a claim. */
static void test_rules_matter(void)
{
	struct shipped *s = calloc(1, sizeof(*s));
	struct mixtures *m = calloc(1, sizeof(*m));
	char got[700];

	if (!s || !m)
		return;
	read_shipped(s);
	CHECK(s->count > 30);
	mix(m, TCPOOM_RULES, 0);
	for (unsigned i = 0; i < s->count; i++)
		judge_one(&s->claim[i], m, s->before[i]);
	for (int rule = 0; rule < TCPOOM_R_limiter; rule++)
		for (unsigned variant = 0; variant < tcpoom_rule_table[rule].variants; variant++) {
			unsigned changed = 0;

			mix(m, rule, variant);
			/* those on single commits, the last ones, tell most */
			for (unsigned i = s->count; i-- > 0 && !changed;) {
				judge_one(&s->claim[i], m, got);
				changed += strcmp(got, s->before[i]) != 0;
			}
			CHECK_SAY(changed, "no judgement changes with %s %s on all kernels",
				  tcpoom_rule_table[rule].name,
				  tcpoom_rule_table[rule].variant[variant].name);
		}
	for (unsigned i = 0; i < s->count; i++)
		tcpoom_claim_free(&s->claim[i]);
	free(s);
	free(m);
}

static const struct test advice_tests[] = {
	{ "claims whose answer is known", test_judgements },
	{ "what is no claim", test_errors },
	{ "a wrong rule changes a judgement", test_rules_matter },
	{ NULL, NULL },
};

SUITE(advice)
