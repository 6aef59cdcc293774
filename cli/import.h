/* SPDX-License-Identifier: GPL-2.0-only */
/* Raw text of probes as a trace. */
#ifndef TCPOOM_CLI_IMPORT_H
#define TCPOOM_CLI_IMPORT_H

#include "../traces/ftrace.h"

/* Writes a trace, as text, of the file (`-` is standard input) to `out`. Returns the status. */
int cli_import(FILE *out, const char *file, const struct tcpoom_ftrace_options *options);

#endif
