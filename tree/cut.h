/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel source tree says of orphaned sockets, cut out of its files: tcp_out_of_resources;
 * of tcp_close, tcp_write_timeout and tcp_probe_timer the block in which they decide; and all that
 * these use and that is no stand-in of model/environment.h. What is cut is the kernel's: it is
 * compiled, and never kept.
 */
#ifndef TCPOOM_TREE_CUT_H
#define TCPOOM_TREE_CUT_H

#include <stdint.h>
#include <stdio.h>

#include "source.h"

#define TCPOOM_TREE_FILES 8
#define TCPOOM_PIECES_MOST 64
#define TCPOOM_CONSTANTS_MOST 64

struct tcpoom_piece {
	char name[64];
	struct tcpoom_cut cut;
	bool macro;
	const char *block; /* "close": not a function of its own, but a block of one */
};

struct tcpoom_tree {
	struct tcpoom_source file[TCPOOM_TREE_FILES];
	struct tcpoom_source stand_ins; /* our own */
	char release[64];
	unsigned version;			       /* 0x30a00 for 3.10 */
	struct tcpoom_piece piece[TCPOOM_PIECES_MOST]; /* each behind those that it uses */
	unsigned pieces;
	bool self;				 /* tcp_close counts its socket before it checks */
	bool user_timeout;			 /* tcp_probe_timer looks at icsk_user_timeout */
	bool milliseconds;			 /* the clock of retransmissions */
	int64_t constant[TCPOOM_CONSTANTS_MOST]; /* numbers that stand in the text */
	unsigned constants;
};

/* False: *e names the file and the function that have a shape that is not known. */
bool tcpoom_tree_cut(struct tcpoom_tree *tree, const char *directory, struct tcpoom_error *e);
void tcpoom_tree_free(struct tcpoom_tree *tree);

/* Writes what is known of the text (cut_what.h), and the text itself (cut_text.h). */
void tcpoom_tree_write_what(const struct tcpoom_tree *tree, FILE *out);
void tcpoom_tree_write_text(const struct tcpoom_tree *tree, FILE *out);

/* Our own files, which the text is compiled with; the last one has no name. */
struct tcpoom_own_text {
	const char *name, *text;
};
extern const struct tcpoom_own_text tcpoom_own_texts[];

#endif
