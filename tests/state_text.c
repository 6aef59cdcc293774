/* SPDX-License-Identifier: GPL-2.0-only */
#include "state_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../traces/value.h"

const char *const state_base =
	"hz=1000 now=10000000 lsndtime=9999000 do_reset=1 err_soft=0 wmem_queued=0 snd_wnd=1 "
	"packets_out=1 max_orphans=10 mem_allocated=0 tcp_mem2=100 rto=200 backoff=0 retransmits=0 "
	"probes_out=0 retrans_stamp=9999000 head_sent=9999000 orphan_retries=0";

static void set_words(struct tcpoom_state *s, const char *text)
{
	struct tcpoom_error e;
	enum tcpoom_field f;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		const struct tcpoom_span word = { text, strcspn(text, " "), 1 };
		const char *equals = memchr(text, '=', word.len);
		struct tcpoom_span key = word, value = word;
		bool ok;

		if (equals) {
			key.len = (size_t)(equals - text);
			value = (struct tcpoom_span){ equals + 1, word.len - key.len - 1, 1 };
		}
		ok = equals ? tcpoom_key_known(key) && tcpoom_value_set(s, key, value, &f, &e)
			    : tcpoom_entry_set(s, word, &e);
		if (!ok) {
			fprintf(stderr, "bad state in a test: %s\n", text);
			exit(2);
		}
		text += word.len;
	}
}

struct tcpoom_state state_of(const char *text)
{
	struct tcpoom_state s = { 0 };

	set_words(&s, state_base);
	set_words(&s, text);
	if (!(s.given &
	      (TCPOOM_BIT(orphans) | TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached))))
		tcpoom_field_set(&s, TCPOOM_F_orphans, 0);
	tcpoom_state_complete(&s);
	return s;
}

void outcome_of(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
		char text[static 200])
{
	struct tcpoom_verdict v, explained;
	struct tcpoom_tests tests;
	const enum tcpoom_status status = tcpoom_decide(kernel, s, &v, NULL);
	char *at = text;

	if (tcpoom_decide(kernel, s, &explained, &tests) != status ||
	    (status == TCPOOM_OK && memcmp(&v, &explained, sizeof(v)))) {
		strcpy(text, "decided otherwise where the tests are recorded");
		return;
	}
	if (status != TCPOOM_OK) {
		snprintf(text, 200, "%s: %s",
			 status == TCPOOM_UNKNOWN	    ? "unknown"
			 : status == TCPOOM_UNREPRESENTABLE ? "unrepresentable"
							    : "unmodelled",
			 tcpoom_field_table[v.blame].name);
		return;
	}
	at += sprintf(at, "%s", tcpoom_outcome_names[v.outcome]);
	if ((s->entry == TCPOOM_RETRANSMIT || s->entry == TCPOOM_PROBE) &&
	    v.outcome != TCPOOM_EXPIRED)
		at += sprintf(at, " do_reset=%d", v.do_reset);
	for (unsigned i = 0; i < v.messages; i++)
		at += sprintf(at, " \"%s\"", tcpoom_message_texts[v.message[i]]);
	sprintf(at, "%s%s", v.exact_sums ? " sum" : "", v.undefined ? " undefined" : "");
}

const struct tcpoom_kernel *kernel_of(const char *release)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(release, &r);
	if (r.candidates != 1) {
		fprintf(stderr, "bad release in a test: %s\n", release);
		exit(2);
	}
	return r.candidate[0];
}
