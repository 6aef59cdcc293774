/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What-if: pairs of verdicts where fields are unknown in both worlds, and the smallest value with
 * no kill against trying every value.
 */
#include <inttypes.h>
#include <string.h>

#include "../advice/alter.h"
#include "../advice/contrast.h"
#include "../advice/rerun.h"
#include "../advice/search.h"
#include "check.h"
#include "state_text.h"

static struct tcpoom_span span_of(const char *text)
{
	return (struct tcpoom_span){ text, strlen(text), 1 };
}

static struct tcpoom_contrast contrast_of(const char *release, const char *state, const char *set)
{
	struct tcpoom_alter alter = { .count = 0 };
	struct tcpoom_error e = { .text = "" };
	struct tcpoom_contrast c;
	struct tcpoom_world world[2];

	for (int i = 0; i < 2; i++)
		world[i] = (struct tcpoom_world){ kernel_of(release), state_of(state) };
	CHECK_SAY(tcpoom_alter_add(&alter, span_of(set), &e) &&
			  tcpoom_alter_state(&alter, &world[0].state, &world[1].state, &e),
		  "%s: %s", set, e.text);
	tcpoom_contrast_find(world, &c);
	return c;
}

/*
 * What is unknown has one value in both worlds. A socket that is killed with the larger limit is so
 * with the smaller one: there is no pair that the change kills.
 */
static void test_unknown_is_shared(void)
{
	const struct tcpoom_contrast c =
		contrast_of("3.4.4", "timer orphans=30 max_orphans=60 err_soft=? do_reset=?",
			    "max_orphans=100");
	bool saved = false;

	CHECK(tcpoom_contrast_kills(&c, 0) == TCPOOM_SOME);
	CHECK(tcpoom_contrast_kills(&c, 1) == TCPOOM_SOME);
	for (unsigned p = 0; p < c.pairs; p++) {
		const struct tcpoom_verdict *v = c.pair[p].verdict;

		CHECK(c.pair[p].state[0].err_soft == c.pair[p].state[1].err_soft);
		CHECK(!tcpoom_killed(&v[1]) || tcpoom_killed(&v[0]));
		saved |= tcpoom_killed(&v[0]) && !tcpoom_killed(&v[1]);
	}
	CHECK(!saved);
}

/* A limit that nobody published, set: it is unknown before the change only. */
static void test_unknown_becomes_known(void)
{
	struct tcpoom_contrast c =
		contrast_of("2.6.18", "close orphans=30 max_orphans=?", "tcp_max_orphans=30");

	CHECK(tcpoom_contrast_kills(&c, 0) == TCPOOM_SOME);
	CHECK(tcpoom_contrast_kills(&c, 1) == TCPOOM_NONE);
	c = contrast_of("2.6.18", "close orphans=30 max_orphans=50", "max_orphans=?");
	CHECK(tcpoom_contrast_kills(&c, 0) == TCPOOM_NONE);
	CHECK(tcpoom_contrast_kills(&c, 1) == TCPOOM_SOME);
}

/* More values of one field than there is room for are told of. */
static void test_values_without_room(void)
{
	CHECK(contrast_of("5.4", "retransmit hz=5 orphan_retries=7 now=?", "max_orphans=100").cut);
	CHECK(!contrast_of("5.4", "retransmit orphan_retries=7 now=?", "max_orphans=100").cut);
}

static void test_alter_errors(void)
{
	static const struct {
		const char *set, *error;
	} known[] = {
		{ "max_orphans", "found \"max_orphans\", expected FIELD=VALUE" },
		{ "orphan_max=1", "found \"orphan_max\", expected a field, a setting of a "
				  "workload, or a sysctl" },
		{ "max_orphans=many", "found \"many\", expected a number from -2147483648 to "
				      "2147483647" },
		{ "tcp_mem=1,2", "found \"1,2\", expected three numbers with commas between them" },
		{ "fin_timeout=30", "found \"fin_timeout\", expected a field of a state: this one "
				    "acts in a workload" },
		{ "page_size=4095", "found \"4095\", expected a power of two" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tcpoom_alter alter = { .count = 0 };
		struct tcpoom_error e = { .text = "" };
		const struct tcpoom_state said = state_of("close");
		struct tcpoom_state s;

		CHECK(!(tcpoom_alter_add(&alter, span_of(known[i].set), &e) &&
			tcpoom_alter_state(&alter, &said, &s, &e)));
		CHECK_STRING(e.text, known[i].error);
	}
}

/* Whether the state is killed, for some values of what is unknown or for all. */
static void kills_at(const struct tcpoom_kernel *kernel, const struct tcpoom_state *state,
		     enum tcpoom_field f, int64_t value, bool *certain, bool *possible)
{
	struct tcpoom_state s = *state;
	struct tcpoom_possible p;
	unsigned killed = 0;

	tcpoom_field_set(&s, f, value);
	tcpoom_possible_find(kernel, &s, &p);
	for (unsigned i = 0; i < p.verdicts; i++)
		killed += tcpoom_killed(&p.verdict[i]);
	*possible = killed > 0;
	*certain = killed == p.verdicts;
}

/* The first value at which neither state is killed, by trying them all. */
static void scan(const struct tcpoom_kernel *kernel, const struct tcpoom_state state[2],
		 enum tcpoom_field f, int64_t first[2])
{
	first[0] = first[1] = -1;
	for (int64_t value = 0; value <= 300 && (first[0] < 0 || first[1] < 0); value++) {
		bool kills[2] = { false, false };

		for (int i = 0; i < 2; i++) {
			bool certain, possible;

			kills_at(kernel, &state[i], f, value, &certain, &possible);
			kills[0] |= certain;
			kills[1] |= possible;
		}
		for (int i = 0; i < 2; i++)
			if (first[i] < 0 && !kills[i])
				first[i] = value;
	}
}

/* On every kernel what the search finds is the smallest value that helps, also where kills have a
 * gap: a retransmission count, say. */
static void test_search(void)
{
	static const struct {
		const char *states[2];
		enum tcpoom_field field;
	} known[] = {
		{ { "timer orphans=30 err_soft=? do_reset=1", "close orphans=41" },
		  TCPOOM_F_max_orphans },
		{ { "timer orphans=30 err_soft=2 lsndtime=9000000", "close orphans=0" },
		  TCPOOM_F_max_orphans },
		{ { "close mem_allocated=120 wmem_queued=5000",
		    "timer mem_allocated=77 wmem_queued=?" },
		  TCPOOM_F_tcp_mem2 },
		{ { "close mem_allocated=120 wmem_queued=5000", "close orphans=11" },
		  TCPOOM_F_tcp_mem2 },
		{ { "retransmit orphans=6 rto=120000 retransmits=3 retrans_stamp=9000000 "
		    "orphan_retries=1",
		    "probe orphans=6 rto=120000 backoff=2 probes_out=2 orphan_retries=1" },
		  TCPOOM_F_orphan_retries },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		for (int k = 0; k < TCPOOM_KERNELS; k++) {
			const struct tcpoom_state state[2] = { state_of(known[i].states[0]),
							       state_of(known[i].states[1]) };
			struct tcpoom_search s;
			int64_t first[2], found[2];
			bool has[2];

			tcpoom_search_init(&s, known[i].field);
			for (int e = 0; e < 2; e++)
				CHECK(tcpoom_search_add(&s, &tcpoom_kernels[k], &state[e]));
			has[0] = tcpoom_search_find(&s, &s.certain, &found[0]);
			has[1] = tcpoom_search_find(&s, &s.possible, &found[1]);
			scan(&tcpoom_kernels[k], state, known[i].field, first);
			for (int e = 0; e < 2; e++)
				CHECK_SAY((has[e] ? found[e] : -1) == first[e],
					  "%s, %s: found %" PRId64 ", tried %" PRId64,
					  known[i].states[0], tcpoom_kernels[k].name,
					  has[e] ? found[e] : -1, first[e]);
			tcpoom_search_free(&s);
		}
}

static struct tcpoom_workload workload_of(const char *body)
{
	char text[1000];
	struct tcpoom_workload w = { 0 };
	struct tcpoom_error e = { .text = "" };
	FILE *in;

	snprintf(text, sizeof(text), "# tcpoom workload 1\n%s", body);
	in = open_text(text);
	CHECK_SAY(in && tcpoom_workload_read(in, "workload", &w, &e), "%lu: %s", e.line, e.text);
	if (in)
		fclose(in);
	return w;
}

static uint64_t kills_of(const struct tcpoom_machine *machine, struct tcpoom_workload *w,
			 enum tcpoom_setting setting, int64_t value)
{
	const struct tcpoom_run_calls calls = { NULL, NULL, NULL, NULL };
	struct tcpoom_run_result result;
	struct tcpoom_error e = { .text = "" };

	w->value[setting] = value;
	CHECK_SAY(tcpoom_run(machine, w, 1, INT64_C(1000000000000), &calls, &result, &e), "%s",
		  e.text);
	return result.count[TCPOOM_N_killed_close] + result.count[TCPOOM_N_killed_reset] +
	       result.count[TCPOOM_N_killed_silent];
}

/* In closed loop the value that is found is the first that lets all live, of all that are tried. */
static void test_search_closed_loop(void)
{
	static const struct {
		const char *body;
		enum tcpoom_setting setting;
	} known[] = {
		{ "set max_orphans=10\n60 close n=64 every=10us peer=dead\n600 end\n",
		  TCPOOM_S_max_orphans },
		/* a limit that changes on the way, soft errors, several CPUs */
		{ "set cpus=4 max_orphans=5\n1 close n=40 every=1ms..90ms cpu=0..3 peer=icmp "
		  "answer=5ms..20s\n3 set max_orphans=500\n300 end\n",
		  TCPOOM_S_max_orphans },
		{ "set tcp_mem=1,2,3 memory=40\n1 close n=30 every=2ms peer=closed "
		  "wmem_queued=5000..20000\n200 end\n",
		  TCPOOM_S_tcp_mem2 },
		/* tcp_orphan_retries: only the first of the timers have little time */
		{ "set max_orphans=9\n1 close n=8 every=1s peer=dead\n60 close peer=dead n=2\n"
		  "300 end\n",
		  TCPOOM_S_orphan_retries },
	};
	static const char *const releases[] = { "2.6.16", "2.6.18", "2.6.32", "4.15", "7.1" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		for (size_t k = 0; k < sizeof(releases) / sizeof(*releases); k++) {
			struct tcpoom_workload w = workload_of(known[i].body);
			struct tcpoom_rerun_world world = { .workload = &w };
			struct tcpoom_resolution r;
			struct tcpoom_rerun_search found;
			struct tcpoom_error e = { .text = "" };
			int64_t first = 0;

			tcpoom_release_resolve(releases[k], &r);
			world.machine = tcpoom_machine_of(&r);
			CHECK(tcpoom_rerun_search(&world, known[i].setting, 1, &found, &e));
			while (first < 256 && kills_of(&world.machine, &w, known[i].setting, first))
				first++;
			CHECK_SAY(found.found == (first < 256) &&
					  (!found.found || found.value == first),
				  "%zu on %s: found %" PRId64 ", tried %" PRId64, i, releases[k],
				  found.found ? found.value : -1, first);
			tcpoom_workload_free(&w);
		}
}

/* Which sockets live instead, not only how many: those that the timers would have killed. */
static void test_sockets(void)
{
	struct tcpoom_workload w[2];
	struct tcpoom_rerun_world world[2];
	struct tcpoom_rerun found;
	struct tcpoom_resolution r;
	struct tcpoom_error e = { .text = "" };

	tcpoom_release_resolve("4.15", &r);
	for (int i = 0; i < 2; i++) {
		w[i] = workload_of("set max_orphans=10\n60 close n=64 every=10us peer=dead\n"
				   "600 end\n");
		world[i] = (struct tcpoom_rerun_world){ tcpoom_machine_of(&r), &w[i] };
	}
	CHECK(tcpoom_workload_set(&w[1], span_of("max_orphans"), span_of("20"), &e));
	CHECK(tcpoom_rerun(world, "workload", 1, &found, &e));
	CHECK(found.sockets.killed[0] == 54 && found.sockets.killed[1] == 44);
	CHECK(found.sockets.turns == 1 && found.sockets.changed == 10);
	CHECK(found.sockets.turned[0].turn == TCPOOM_TURN_SAVED);
	CHECK(found.sockets.turned[0].entry[0] == TCPOOM_RETRANSMIT);
	CHECK(found.sockets.turned[0].first.line == 12);
	tcpoom_rerun_free(&found);
	for (int i = 0; i < 2; i++)
		tcpoom_workload_free(&w[i]);
}

static const struct test whatif_tests[] = {
	{ "what is unknown is the same before and after", test_unknown_is_shared },
	{ "what is unknown on one side", test_unknown_becomes_known },
	{ "more values than there is room for", test_values_without_room },
	{ "settings that are none", test_alter_errors },
	{ "the smallest value, against all values", test_search },
	{ "the same in closed loop", test_search_closed_loop },
	{ "socket by socket", test_sockets },
	{ NULL, NULL },
};

SUITE(whatif)
