/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States as CSV (RFC 4180): a header of column names in any order, then a state a line. The columns
 * are the fields, `tcp_mem`, `id`, and the keys and outcomes of a trace, which are passed over
 * here. An empty value is absent and `?` unknown. A quoted value may not hold a newline. As the RFC
 * has it, the last line may lack its newline.
 */
#ifndef TCPOOM_TRACES_CSV_H
#define TCPOOM_TRACES_CSV_H

#include <stdio.h>

#include "../model/state.h"
#include "error.h"

struct tcpoom_csv;

/*
 * Reads the header. NULL: *e says why. Without `ignore_unknown` an unknown column is an error. The
 * file stays the caller's; `name` stands in errors.
 */
struct tcpoom_csv *tcpoom_csv_open(FILE *in, const char *name, bool ignore_unknown,
				   struct tcpoom_error *e);

enum tcpoom_csv_result { TCPOOM_CSV_ROW, TCPOOM_CSV_END, TCPOOM_CSV_BAD };

/*
 * Reads the next row and completes its state. After TCPOOM_CSV_BAD the next call goes on with the
 * next line.
 */
enum tcpoom_csv_result tcpoom_csv_next(struct tcpoom_csv *csv, struct tcpoom_state *s,
				       struct tcpoom_error *e);

/* The row's `id` as it was written, or its number from 0. Valid until the next row is read. */
const char *tcpoom_csv_id(const struct tcpoom_csv *csv);

/* Points *e at that field of the row that was read last. */
void tcpoom_csv_at(const struct tcpoom_csv *csv, enum tcpoom_field f, struct tcpoom_error *e);

void tcpoom_csv_close(struct tcpoom_csv *csv);

#endif
