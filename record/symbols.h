/* SPDX-License-Identifier: GPL-2.0-only */
/* The names in /proc/kallsyms. */
#ifndef TCPOOM_RECORD_SYMBOLS_H
#define TCPOOM_RECORD_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether `text`, what /proc/kallsyms holds, has a symbol of exactly that name. */
bool tcpoom_symbol_has(const char *text, const char *name);

/*
 * Whether it has the name with a suffix of the compiler instead (.isra.N, .constprop.N): then the
 * arguments may be others. Writes that name to `found`.
 */
bool tcpoom_symbol_changed(const char *text, const char *name, char *found, size_t size);

/* The address of that symbol, 0 = it is not there or hidden. */
uint64_t tcpoom_symbol_address(const char *text, const char *name);

#endif
