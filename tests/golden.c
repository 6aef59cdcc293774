/* SPDX-License-Identifier: GPL-2.0-only */
#include "golden.h"

#include <stdlib.h>
#include <string.h>

#include "../kernels/release.h"
#include "../traces/csv.h"
#include "check.h"

const struct golden_name golden_names[] = {
	{ "2.4.22", "2.4.22" },
	{ "2.6.12", "2.6.12" },
	{ "2.6.18", "2.6.18" },
	{ "rhel5-2.6.18-274.7.1", "2.6.18-274.7.1.el5" },
	{ "2.6.22", "2.6.22" },
	{ "2.6.24", "2.6.24" },
	{ "2.6.29", "2.6.29" },
	{ "2.6.32", "2.6.32" },
	{ "2.6.32.69", "2.6.32.69" },
	{ "rhel6-2.6.32-642.6.2", "2.6.32-642.6.2.el6.x86_64" },
	{ "2.6.33", "2.6.33" },
	{ "2.6.36", "2.6.36" },
	{ "2.6.39", "2.6.39" },
	{ "3.0", "3.0" },
	{ "3.4.4", "3.4.4" },
	{ "3.10.108", "3.10.108" },
	{ "rhel7-3.10.0-1160", "3.10.0-1160.el7.x86_64" },
	{ "3.16", "3.16" },
	{ "3.18.20", "3.18.20" },
	{ "4.4", "4.4" },
	{ "4.4.131", "4.4.131" },
	{ "4.9", "4.9" },
	{ "4.12", "4.12" },
	{ "4.14.177", "4.14.177" },
	{ "4.15.18", "4.15.18" },
	{ "rhel8-4.18.0-240", "4.18.0-240.el8.x86_64" },
	{ "alma-8.10", "4.18.0-553.el8_10.x86_64" },
	{ "4.19", "4.19" },
	{ "5.0.1", "5.0.1" },
	{ "5.4", "5.4" },
	{ "5.10.7", "5.10.7" },
	{ "5.15", "5.15" },
	{ "5.15.135", "5.15.135" },
	{ "alma-9.4", "5.14.0-427.13.1.el9_4.x86_64" },
	{ "6.1.192-debian", "6.1.192" },
	{ "6.6.87", "6.6.87" },
	{ "6.12.117-debian", "6.12.117" },
	{ "6.17", "6.17" },
	{ "6.18.2", "6.18.2" },
	{ "6.19", "6.19" },
	{ "7.1.5", "7.1.5" },
};
const size_t golden_kernels = sizeof(golden_names) / sizeof(*golden_names);

FILE *open_vectors(const char *what, const char *name, const char *suffix)
{
	char path[200];

	snprintf(path, sizeof(path), "tests/vectors/%s-%s.%s", what, name, suffix);
	return fopen(path, "r");
}

struct inputs *read_inputs(const char *what)
{
	struct inputs *in = calloc(1, sizeof(*in));
	FILE *file = open_vectors(what, "inputs", "csv");
	struct tcpoom_error e;
	struct tcpoom_csv *csv;

	if (!in || !file || !(csv = tcpoom_csv_open(file, what, false, &e))) {
		fprintf(stderr, "cannot read the inputs of %s: run in the project's folder\n",
			what);
		exit(2);
	}
	while (tcpoom_csv_next(csv, &in->state[in->count], &e) == TCPOOM_CSV_ROW) {
		snprintf(in->id[in->count], sizeof(in->id[0]), "%s", tcpoom_csv_id(csv));
		in->count++;
	}
	tcpoom_csv_close(csv);
	fclose(file);
	return in;
}

bool read_vectors(const char *what, const char *name, struct vectors *v)
{
	FILE *file = open_vectors(what, name, "txt");
	char line[256];
	size_t at = 0;

	if (!file)
		return false;
	*v = (struct vectors){ .letters = "" };
	while (fgets(line, sizeof(line), file) && *line != '\n') {
		line[strcspn(line, "\n")] = '\0';
		if (line[1] == ' ' && line[0] != '#')
			snprintf(v->outcome[(unsigned char)line[0]], sizeof(v->outcome[0]), "%s",
				 line + 2);
	}
	while (fgets(line, sizeof(line), file) && at + strcspn(line, "\n") <= STATES_MOST) {
		memcpy(v->letters + at, line, strcspn(line, "\n"));
		at += strcspn(line, "\n");
	}
	fclose(file);
	return true;
}

const struct tcpoom_kernel *resolve_verified(const char *release)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(release, &r);
	CHECK_SAY(r.evidence == TCPOOM_VERIFIED, "%s", release);
	return r.candidate[0];
}
