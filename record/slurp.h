/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole file; those of the kernel do not say how long they are. */
#ifndef TCPOOM_RECORD_SLURP_H
#define TCPOOM_RECORD_SLURP_H

#include <stddef.h>

/* The text, terminated, to be freed; NULL with errno set. */
char *tcpoom_slurp(const char *file, size_t *len);

#endif
