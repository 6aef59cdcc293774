/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sysctls that a kernel computes at boot from its memory (net/ipv4/tcp.c:tcp_init), and the
 * inverse: how much memory explains a value, by which way of computing it. For 64-bit machines.
 *
 * `pages` is the memory that the kernel has to give: less than is built in, by what it has reserved
 * and from 3.0 on by its watermarks, a percent or two in all.
 */
#ifndef TCPOOM_KERNELS_DEFAULTS_H
#define TCPOOM_KERNELS_DEFAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define TCPOOM_PAGES_MOST ((uint64_t)1 << 40)

/* Versions and builds are those of a resolution (release.h). */
struct tcpoom_boot {
	uint64_t version;
	uint32_t build;
	uint32_t page_size; /* bytes, a power of two from 1024 to 1 MiB */
	uint64_t pages;	    /* up to TCPOOM_PAGES_MOST */
};

struct tcpoom_defaults {
	int64_t tcp_mem[3];		  /* pages */
	int64_t tcp_rmem[3], tcp_wmem[3]; /* bytes */
	int64_t max_orphans;		  /* sockets */
};

/* `boot->version` is 2.4.0 or later. */
void tcpoom_defaults(const struct tcpoom_boot *boot, struct tcpoom_defaults *to);

/* Mainline releases that compute alike, and the memory with which they get what is known. */
struct tcpoom_guess {
	uint64_t first, next; /* the first release of them, and the first one after; 0 = none */
	uint64_t least, most; /* pages */
};

#define TCPOOM_GUESSES 32

/* What is known: any of it. */
struct tcpoom_known {
	bool has_tcp_mem, has_max_orphans;
	int64_t tcp_mem[3], max_orphans;
};

/* Returns how many there are, oldest first; 0: no kernel computes that. */
unsigned tcpoom_defaults_guess(const struct tcpoom_known *known, uint32_t page_size,
			       struct tcpoom_guess guess[TCPOOM_GUESSES]);

#endif
