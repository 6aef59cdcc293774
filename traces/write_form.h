/* SPDX-License-Identifier: GPL-2.0-only */
/* An event in each form, for the writer. */
#ifndef TCPOOM_TRACES_WRITE_FORM_H
#define TCPOOM_TRACES_WRITE_FORM_H

#include "write.h"

/* An outcome as text has it; `quote` is how a quote is written: twice in a cell of CSV. */
void tcpoom_stated_write(FILE *out, const struct tcpoom_stated *stated, const char *quote);

void tcpoom_text_write(FILE *out, const struct tcpoom_event *event);
void tcpoom_jsonl_write(FILE *out, const struct tcpoom_event *event);
void tcpoom_csv_write_header(FILE *out);
void tcpoom_csv_write(FILE *out, const struct tcpoom_event *event);

#endif
