/* SPDX-License-Identifier: GPL-2.0-only */
/* The page on what the messages mean: each sentence is what the models do, none is kept here. */
#include <stdio.h>
#include <string.h>

#include "diagnose.h"

/* How a row comes to print a text: by which paths, for which causes. */
static unsigned meaning_of(int kernel, unsigned message)
{
	static const struct tcpoom_state nothing;
	struct tcpoom_reasons reasons;
	unsigned meaning = 0;

	tcpoom_reasons_find(&nothing, (tcpoom_rows)1 << kernel, 16, &reasons);
	for (unsigned i = 0; i < reasons.count; i++) {
		const struct tcpoom_reason *r = &reasons.reason[i];

		if (!(r->messages >> message & 1))
			continue;
		meaning |= r->entry == TCPOOM_CLOSE ? 1 : 2;
		/* what it is printed for is what each kill that prints it has */
		if (r->orphans && !r->memory)
			meaning |= 4;
		if (r->memory && !r->orphans)
			meaning |= 8;
	}
	return meaning;
}

static void print_meaning(tcpoom_rows kernels, unsigned message, unsigned meaning)
{
	char text[TCPOOM_WORDS];

	tcpoom_say_kernels(kernels, text);
	printf("| `%s` | %s | %s | %s |\n", tcpoom_message_texts[message], text,
	       (meaning & 3) == 3 ? "timer or close"
	       : meaning & 1	  ? "close"
				  : "timer",
	       (meaning & 12) == 12 ? "too many orphans **or** too much memory: it does not tell"
	       : meaning & 4	    ? "too many orphans"
				    : "too much memory: over `tcp_mem[2]`");
}

static void print_texts(void)
{
	puts("| the log says | kernels | path | it means |\n|---|---|---|---|");
	for (unsigned m = 0; m < TCPOOM_MESSAGES; m++) {
		tcpoom_rows kernels = 0;
		unsigned meaning = 0;

		for (int k = 0; k < TCPOOM_KERNELS; k++) {
			const unsigned now = meaning_of(k, m);

			if (kernels && now != meaning) {
				print_meaning(kernels, m, meaning);
				kernels = 0;
			}
			meaning = now;
			if (now)
				kernels |= (tcpoom_rows)1 << k;
		}
		if (kernels)
			print_meaning(kernels, m, meaning);
	}
}

/* The least count that is killed under a limit of 1000, by path and penalties. */
struct thresholds {
	int64_t close, timer[3], memory, queue;
};

static void find_thresholds(int kernel, struct thresholds *t)
{
	const tcpoom_rows row = (tcpoom_rows)1 << kernel;
	struct tcpoom_state s = { 0 };
	struct tcpoom_reasons reasons;

	tcpoom_field_set(&s, TCPOOM_F_max_orphans, 1000);
	tcpoom_field_set(&s, TCPOOM_F_tcp_mem2, 1000);
	t->close = tcpoom_count_killed(&s, row, TCPOOM_BY_ORPHANS, TCPOOM_CLOSE, 0);
	for (unsigned shift = 0; shift < 3; shift++)
		t->timer[shift] =
			tcpoom_count_killed(&s, row, TCPOOM_BY_ORPHANS, TCPOOM_TIMER, shift);
	t->memory = tcpoom_count_killed(&s, row, TCPOOM_BY_MEMORY, TCPOOM_CLOSE, 0);
	/* the smallest queue that was killed for memory */
	tcpoom_field_set(&s, TCPOOM_F_orphans, 0);
	tcpoom_field_set(&s, TCPOOM_F_mem_allocated, 2000);
	tcpoom_field_set(&s, TCPOOM_F_entry, TCPOOM_CLOSE);
	tcpoom_reasons_find(&s, row, 16, &reasons);
	t->queue = reasons.count ? reasons.reason[0].state.wmem_queued : -1;
}

static void print_threshold(tcpoom_rows kernels, const struct thresholds *t)
{
	char text[TCPOOM_WORDS];

	tcpoom_say_kernels(kernels, text);
	printf("| %s | %lld | %lld, %lld, %lld | %lld pages, by a socket with %lld bytes queued "
	       "|\n",
	       text, (long long)t->close, (long long)t->timer[0], (long long)t->timer[1],
	       (long long)t->timer[2], (long long)t->memory, (long long)t->queue);
}

static void print_thresholds(void)
{
	struct thresholds run = { 0 }, now;
	tcpoom_rows kernels = 0;

	puts("| kernels | close kills at orphans | the timer, at 0, 1, 2 penalties | memory kills "
	     "at |\n|---|---|---|---|");
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		memset(&now, 0, sizeof(now));
		find_thresholds(k, &now);
		if (kernels && memcmp(&now, &run, sizeof(now))) {
			print_threshold(kernels, &run);
			kernels = 0;
		}
		run = now;
		kernels |= (tcpoom_rows)1 << k;
	}
	print_threshold(kernels, &run);
}

void diagnose_page(void)
{
	puts("<!-- SPDX-License-Identifier: GPL-2.0-only -->\n"
	     "# What the message really means\n\n"
	     "Made by `tcpoom diagnose --page` from the models of the kernels; a test keeps it "
	     "true.\n");
	print_texts();
	puts("\nEach line stands for a TCP socket that nobody owns any more (an orphan) and that "
	     "was thrown away;\nthe limiter holds most lines back. A penalty makes each orphan "
	     "count twice: an ICMP error is one, no\ndata sent for 240 s or a timer that wants no "
	     "reset another. So a limit can act at a quarter of its\nvalue.\n\n"
	     "With `tcp_max_orphans` 1000 and `tcp_mem[2]` 1000 pages:\n");
	print_thresholds();
	puts("\nTIME_WAIT and CLOSE_WAIT sockets are no orphans. `tcp_mem` is in pages. Feed "
	     "`tcpoom diagnose` with\nwhat you have: sockstat, sysctls, a log, `ss -s`, `nstat`.");
}
