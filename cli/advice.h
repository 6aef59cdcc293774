/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of tcpoom advice share. */
#ifndef TCPOOM_CLI_ADVICE_H
#define TCPOOM_CLI_ADVICE_H

#include <stdlib.h>

#include "../advice/judge.h"
#include "cli.h"

struct advice {
	const char *folder, *named, *ram; /* --dir, -k, --ram; NULL = not said */
	bool here, verbose, as_json, quiet;
};

int advice_lint(const struct advice *a, char *const *files, int count);

#endif
