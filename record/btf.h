/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the members of the kernel's structs are, out of its BTF (Documentation/bpf/btf.rst). */
#ifndef TCPOOM_RECORD_BTF_H
#define TCPOOM_RECORD_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcpoom_btf {
	char *data;
	const char *strings;
	size_t strings_len;
	uint32_t *type; /* where each begins in data; 0 is void */
	uint32_t types;
};

/* Takes `data` over, which malloc gave. False: it is no BTF of this machine, or no memory. */
bool tcpoom_btf_parse(struct tcpoom_btf *btf, char *data, size_t len);

/* Bytes of a struct; -1 if there is none of that name. */
long tcpoom_btf_size(const struct tcpoom_btf *btf, const char *of);

/*
 * Bytes from the beginning of a struct to a member, "ns.count" for a member of a member; anonymous
 * ones are looked into. -1 if there is none, or it is a bit field.
 */
long tcpoom_btf_offset(const struct tcpoom_btf *btf, const char *of, const char *member);

void tcpoom_btf_free(struct tcpoom_btf *btf);

#endif
