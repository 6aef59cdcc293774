/* SPDX-License-Identifier: GPL-2.0-only */
/* Which kernel: /proc/version, its line in the log, version_signature, uname -a, uname -r. */
#include <string.h>

#include "../kernels/release.h"
#include "../traces/value.h"
#include "reading.h"

/* How well a string tells the kernel: a line of /proc/version may say more than uname does. */
static unsigned rank(const char *string)
{
	struct tcpoom_resolution to;

	tcpoom_release_resolve(string, &to);
	return to.evidence == TCPOOM_NO_RELEASE ? 0 : to.evidence == TCPOOM_AMBIGUOUS ? 1 : 2;
}

static enum tcpoom_taken take(struct tcpoom_reading *r, const char *string)
{
	struct tcpoom_facts *f = r->facts;
	const unsigned better = rank(string);

	if (!better)
		return TCPOOM_NOT_MINE;
	if (*f->kernel && rank(f->kernel) >= better)
		return TCPOOM_TAKEN;
	snprintf(f->kernel, sizeof(f->kernel), "%.*s", (int)strcspn(string, "\r"), string);
	f->kernel_source = (struct tcpoom_source){ r->e.file, r->e.line };
	return TCPOOM_TAKEN;
}

enum tcpoom_taken tcpoom_take_kernel(struct tcpoom_reading *r, const char *text)
{
	const char *at = strstr(text, "Linux version ");
	struct tcpoom_span word;
	unsigned dots = 0;

	if (at)
		return take(r, at);
	if (!strncmp(text, "Linux ", 6) || !strncmp(text, "Ubuntu ", 7))
		return take(r, text);
	/* a release alone in its line */
	at = text;
	word = tcpoom_word(text, &at);
	for (size_t i = 0; i < word.len; i++)
		dots += word.text[i] == '.';
	if (dots < 2 || at[strspn(at, " \t\r")])
		return TCPOOM_NOT_MINE;
	return take(r, word.text);
}
