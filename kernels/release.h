/* SPDX-License-Identifier: GPL-2.0-only */
/* Release strings: which row of the table of kernels a kernel is, and on what evidence. */
#ifndef TCPOOM_KERNELS_RELEASE_H
#define TCPOOM_KERNELS_RELEASE_H

#include "table.h"

enum tcpoom_evidence {
	TCPOOM_NO_RELEASE, /* the string is no release that is modelled; `why` says what would be */
	TCPOOM_VERIFIED,   /* golden vectors or a running kernel */
	TCPOOM_INFERRED,   /* between or beyond verified neighbours, or a vendor's build of one */
	TCPOOM_AMBIGUOUS,  /* several kernels go by that name; all their rows are candidates */
	TCPOOM_EVIDENCES
};

#define TCPOOM_CANDIDATES TCPOOM_KERNELS

struct tcpoom_resolution {
	enum tcpoom_evidence evidence;
	unsigned candidates; /* 1, but for TCPOOM_AMBIGUOUS 1 or more and TCPOOM_NO_RELEASE 0 */
	const struct tcpoom_kernel *candidate[TCPOOM_CANDIDATES];
	char why[200];
	/*
	 * The release's four numbers, TCPOOM_VERSION_OF; for a vendor's kernel those of its base,
	 * and the number of its build. 0 where there is none.
	 */
	uint64_t version;
	uint32_t build;
};

/* From 3.0 on, where the third number counts stable releases, 4.4.131 is (4, 4, 0, 131). */
#define TCPOOM_VERSION_OF(a, b, c, d)                                                              \
	((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (d))

extern const char *const tcpoom_evidence_names[TCPOOM_EVIDENCES];

/*
 * Resolves what `uname -r` prints, the name of a row, a line of /proc/version, or Ubuntu's
 * /proc/version_signature.
 */
void tcpoom_release_resolve(const char *string, struct tcpoom_resolution *to);

/* 2.6.32.69 as it is, 4.4.131 from (4, 4, 0, 131); without what is 0 at the end. */
void tcpoom_version_print(uint64_t version, char text[static 24]);

/* The releases that a row stands for, for a reader: "2.6.17 to 2.6.21, ...". */
void tcpoom_release_list(const struct tcpoom_kernel *kernel, char *text, size_t size);

/*
 * The last line of mainline releases that a row stands for: "3.2", or "" if it is the newest. False
 * if there is none, and the text is the row's name.
 */
bool tcpoom_release_end(const struct tcpoom_kernel *kernel, char text[static 24]);

#endif
