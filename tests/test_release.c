/* SPDX-License-Identifier: GPL-2.0-only */
/* Release strings: which row they mean, on what evidence, with all candidates. */
#include <string.h>

#include "check.h"
#include "state_text.h"

struct known {
	const char *string, *answer;
};

/* Kernels of kernel.org, on both sides of each border. */
static const struct known upstream[] = {
	{ "2.4.0", "inferred: 2.4.0" },
	{ "2.4.10", "inferred: 2.4.0" },
	{ "2.4.11", "inferred: 2.4.11" },
	{ "2.4.22", "verified: 2.4.11" },
	{ "2.4.37.11", "inferred: 2.4.11" },
	{ "2.5.0", "inferred: 2.4.11" },
	{ "2.5.75", "inferred: 2.4.11" },
	{ "2.6.0", "inferred: 2.4.11" },
	{ "2.6.2", "inferred: 2.4.11" },
	{ "2.6.3", "inferred: 2.6.3" },
	{ "2.6.12", "verified: 2.6.3" },
	{ "2.6.16.62", "inferred: 2.6.3" },
	{ "2.6.17", "inferred: 2.6.17" },
	{ "2.6.18", "verified: 2.6.17" },
	{ "2.6.20.1", "verified: 2.6.17" },
	{ "2.6.21.7", "inferred: 2.6.17" },
	{ "2.6.22", "verified: 2.6.22" },
	{ "2.6.24", "verified: 2.6.22" },
	{ "2.6.25.20", "inferred: 2.6.22" },
	{ "2.6.26", "inferred: 2.6.26" },
	{ "2.6.26.8", "inferred: 2.6.26" },
	{ "2.6.27", "inferred: 2.6.27" },
	{ "2.6.28.10", "inferred: 2.6.27" },
	{ "2.6.29", "verified: 2.6.29" },
	{ "2.6.31.14", "inferred: 2.6.29" },
	{ "2.6.32", "verified: 2.6.32" },
	{ "2.6.32.1", "inferred: 2.6.32" },
	{ "2.6.32.2", "inferred: 2.6.32.2" },
	{ "2.6.32.22", "inferred: 2.6.32.2" },
	{ "2.6.32.23", "inferred: 2.6.32.23" },
	{ "2.6.32.69", "verified: 2.6.32.23" },
	{ "2.6.33", "verified: 2.6.33" },
	{ "2.6.33.8", "inferred: 2.6.33" },
	{ "2.6.33.9", "ambiguous: 2.6.33 2.6.36" },
	{ "2.6.34", "inferred: 2.6.34" },
	{ "2.6.34.1", "ambiguous: 2.6.34 2.6.36" },
	{ "2.6.34.13", "ambiguous: 2.6.34 2.6.36" },
	{ "2.6.34.14", "inferred: 2.6.36" },
	{ "2.6.35.3", "inferred: 2.6.34" },
	{ "2.6.35.4", "ambiguous: 2.6.34 2.6.36" },
	{ "2.6.35.5", "ambiguous: 2.6.34 2.6.36" },
	{ "2.6.35.6", "inferred: 2.6.36" },
	{ "2.6.36", "verified: 2.6.36" },
	{ "2.6.36.4", "inferred: 2.6.36" },
	{ "2.6.37", "inferred: 2.6.37" },
	{ "2.6.39", "verified: 2.6.37" },
	{ "2.6.39.4", "inferred: 2.6.37" },
	{ "2.6.40", "inferred: 3.0" },
	{ "3.0", "verified: 3.0" },
	{ "3.0.0", "verified: 3.0" },
	{ "3.2.71", "inferred: 3.0" },
	{ "3.3", "inferred: 3.3" },
	{ "3.4.4", "verified: 3.3" },
	{ "3.10.104", "inferred: 3.3" },
	{ "3.10.105", "inferred: 3.10.105" },
	{ "3.10.108", "verified: 3.10.105" },
	{ "3.11", "inferred: 3.11" },
	{ "3.16", "verified: 3.11" },
	{ "3.17.8", "inferred: 3.11" },
	{ "3.18", "inferred: 3.18" },
	{ "3.18.20", "verified: 3.18" },
	{ "3.18.92", "inferred: 3.18" },
	{ "3.18.93", "inferred: 4.4.131" },
	{ "3.18.140", "inferred: 4.4.131" },
	{ "3.19.8", "inferred: 3.18" },
	{ "4.0", "inferred: 3.18" },
	{ "4.1.48", "inferred: 3.18" },
	{ "4.1.49", "ambiguous: 3.18 4.4.131" },
	{ "4.1.51", "ambiguous: 3.18 4.4.131" },
	{ "4.1.52", "inferred: 4.4.131" },
	{ "4.2", "inferred: 3.18" },
	{ "4.4", "verified: 3.18" },
	{ "4.4.113", "inferred: 3.18" },
	{ "4.4.114", "inferred: 4.4.131" },
	{ "4.4.131", "verified: 4.4.131" },
	{ "4.5", "inferred: 4.5" },
	{ "4.9", "verified: 4.5" },
	{ "4.9.78", "inferred: 4.5" },
	{ "4.9.79", "inferred: 4.9.337" },
	{ "4.9.337", "inferred: 4.9.337" },
	{ "4.10", "inferred: 4.10" },
	{ "4.12", "verified: 4.10" },
	{ "4.12.14", "inferred: 4.10" },
	{ "4.13", "inferred: 4.13" },
	{ "4.14.15", "inferred: 4.13" },
	{ "4.14.16", "inferred: 4.15" },
	{ "4.14.177", "verified: 4.15" },
	{ "4.15.18", "verified: 4.15" },
	{ "4.18.20", "inferred: 4.15" },
	{ "4.19", "verified: 4.19" },
	{ "4.19.208", "inferred: 4.19" },
	{ "4.19.209", "inferred: 5.1" },
	{ "4.20.17", "inferred: 4.20" },
	{ "5.0", "inferred: 4.20" },
	{ "5.0.1", "verified: 4.20" },
	{ "5.0.21", "inferred: 4.20" },
	{ "5.1", "inferred: 5.1" },
	{ "5.4", "verified: 5.1" },
	{ "5.10.7", "verified: 5.1" },
	{ "5.10.79", "inferred: 5.1" },
	{ "5.10.80", "ambiguous: 5.1 5.16" },
	{ "5.10.222", "ambiguous: 5.1 5.16" },
	{ "5.10.223", "verified: 5.16" },
	{ "5.11", "inferred: 5.1" },
	{ "5.15", "verified: 5.1" },
	{ "5.15.2", "inferred: 5.1" },
	{ "5.15.3", "inferred: 5.16" },
	{ "5.15.135", "verified: 5.16" },
	{ "5.19.17", "inferred: 5.16" },
	{ "6.0", "inferred: 6.0" },
	{ "6.1.192", "verified: 6.0" },
	{ "6.6.87", "verified: 6.0" },
	{ "6.12.117", "verified: 6.0" },
	{ "6.14.11", "inferred: 6.0" },
	{ "6.15", "inferred: 6.15" },
	{ "6.15.11", "inferred: 6.15" },
	{ "6.16", "inferred: 6.16" },
	{ "6.17", "verified: 6.16" },
	{ "6.18.2", "verified: 6.16" },
	{ "6.19", "verified: 6.16" },
	{ "7.0", "inferred: 6.16" },
	{ "7.1.5", "verified: 6.16" },
	{ "7.2.13", "verified: 6.16" },
	{ "7.3", "inferred: 6.16" },
	{ "v6.17", "verified: 6.16" },
};

/* What distributions make of them. */
static const struct known vendors[] = {
	{ "2.4.21-63.EL", "inferred: 2.4.11" },
	{ "2.6.9-89.29.1.ELsmp", "inferred: 2.6.3" },
	{ "2.6.18-8.el5", "inferred: 2.6.17" },
	{ "2.6.18-194.32.1.el5", "inferred: 2.6.17" },
	{ "2.6.18-195.el5", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.18-237.el5", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.18-238.el5", "inferred: 2.6.18-238.el5" },
	{ "2.6.18-273.el5", "inferred: 2.6.18-238.el5" },
	{ "2.6.18-274.7.1.el5xen", "verified: 2.6.18-238.el5" },
	{ "2.6.18-274.el5", "inferred: 2.6.18-238.el5" },
	{ "3.10.0-1160.119.1.el7.x86_64", "inferred: 3.10.0-1062.el7" },
	{ "2.6.32-642.el6", "inferred: 2.6.32-504.el6" },
	{ "2.6.18-308.el5", "inferred: 2.6.18-238.el5" },
	{ "2.6.32-71.el6", "inferred: 2.6.32.2" },
	{ "2.6.32-358.el6", "inferred: 2.6.32.2" },
	{ "2.6.32-400.el6", "inferred: 2.6.32.2" },
	{ "2.6.32-503.el6", "inferred: 2.6.32.2" },
	{ "2.6.32-504.el6", "inferred: 2.6.32-504.el6" },
	{ "2.6.32-505.el6", "inferred: 2.6.32-504.el6" },
	{ "2.6.32-642.6.2.el6.x86_64", "verified: 2.6.32-504.el6" },
	{ "2.6.32-754.el6.x86_64", "inferred: 2.6.32-504.el6" },
	{ "3.10.0-123.el7.x86_64", "inferred: 3.3" },
	{ "3.10.0-239.el7", "inferred: 3.3" },
	{ "3.10.0-240.el7", "inferred: 3.18" },
	{ "3.10.0-514.el7", "inferred: 3.18" },
	{ "3.10.0-515.el7", "inferred: 3.18" },
	{ "3.10.0-1061.el7", "inferred: 3.18" },
	{ "3.10.0-1062.el7", "inferred: 3.10.0-1062.el7" },
	{ "3.10.0-1160.el7", "verified: 3.10.0-1062.el7" },
	{ "3.10.0-1161.el7", "inferred: 3.10.0-1062.el7" },
	{ "4.18.0-147.el8", "inferred: 4.19" },
	{ "4.18.0-240.el8", "verified: 4.19" },
	{ "4.18.0-241.el8", "ambiguous: 4.19 4.20" },
	{ "4.18.0-304.el8", "ambiguous: 4.19 4.20" },
	{ "4.18.0-305.el8", "inferred: 4.20" },
	{ "4.18.0-553.el8_10", "verified: 4.20" },
	{ "4.18.0-553.5.1.el8_10", "inferred: 4.20" },
	{ "4.18.0-554.el8_10", "inferred: 4.20" },
	{ "5.14.0-162.6.1.el9_1", "inferred: 5.1" },
	{ "5.14.0-193.el9", "inferred: 5.1" },
	{ "5.14.0-194.el9", "inferred: 6.0" },
	{ "5.14.0-284.11.1.el9_2", "inferred: 6.0" },
	{ "5.14.0-427.13.1.el9_4", "verified: 6.0" },
	{ "5.14.0-427.99.1.el9_4", "inferred: 6.0" },
	{ "5.14.0-503.el9_5", "inferred: 6.0" },
	{ "6.12.0-55.el10", "inferred: 6.0" },
	/* a vendor counts its builds from 1 */
	{ "2.4.21-0.EL", "ambiguous: 2.4.11" },
	{ "2.4.21-1.EL", "inferred: 2.4.11" },
	{ "2.6.9-0.EL", "ambiguous: 2.6.3" },
	{ "2.6.9-1.EL", "inferred: 2.6.3" },
	{ "2.6.18-0.el5", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.18-1.el5", "inferred: 2.6.17" },
	{ "2.6.32-0.el6", "ambiguous: 2.6.32 2.6.32.2 2.6.32-504.el6 2.6.32.23" },
	{ "2.6.32-1.el6", "inferred: 2.6.32.2" },
	{ "3.10.0-0.el7", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "3.10.0-1.el7", "inferred: 3.3" },
	{ "4.18.0-0.el8", "ambiguous: 4.15 4.19 4.20" },
	{ "4.18.0-1.el8", "inferred: 4.19" },
	{ "5.14.0-0.el9", "ambiguous: 5.1 6.0" },
	{ "5.14.0-1.el9", "inferred: 5.1" },
	{ "6.12.0-0.el10", "ambiguous: 6.0" },
	{ "6.12.0-1.el10", "inferred: 6.0" },
	{ "4.19.0-0-amd64", "ambiguous: 4.19 5.1" },
	{ "4.19.0-1-amd64", "inferred: 4.19" },
	{ "5.10.0-0-amd64", "ambiguous: 5.1 5.16" },
	{ "5.10.0-1-amd64", "inferred: 5.1" },
	{ "6.1.0-0-amd64", "ambiguous: 6.0" },
	{ "6.1.0-1-amd64", "inferred: 6.0" },
	/* another's name, however near, is not known here; nor is another build verified */
	{ "2.4.21-63.E", "ambiguous: 2.4.11" },
	{ "2.6.9-89.E", "ambiguous: 2.6.3" },
	{ "2.6.18-8.el", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.32-642.el", "ambiguous: 2.6.32 2.6.32.2 2.6.32-504.el6 2.6.32.23" },
	{ "3.10.0-123.el", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "4.18.0-147.el", "ambiguous: 4.15 4.19 4.20" },
	{ "5.14.0-162.el", "ambiguous: 5.1 6.0" },
	{ "6.12.0-55.el1", "ambiguous: 6.0" },
	{ "4.19.0-18-amd6", "ambiguous: 4.19 5.1" },
	{ "5.10.0-9-amd6", "ambiguous: 5.1 5.16" },
	{ "6.1.0-25-amd6", "ambiguous: 6.0" },
	{ "2.6.18-200.el", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.18-308.el", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "2.6.32-71.el", "ambiguous: 2.6.32 2.6.32.2 2.6.32-504.el6 2.6.32.23" },
	{ "2.6.32-400.el", "ambiguous: 2.6.32 2.6.32.2 2.6.32-504.el6 2.6.32.23" },
	{ "2.6.32-504.el", "ambiguous: 2.6.32 2.6.32.2 2.6.32-504.el6 2.6.32.23" },
	{ "3.10.0-240.el", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "3.10.0-515.el", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "3.10.0-1160.el", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "4.18.0-241.el", "ambiguous: 4.15 4.19 4.20" },
	{ "4.18.0-305.el", "ambiguous: 4.15 4.19 4.20" },
	{ "5.14.0-427.el", "ambiguous: 5.1 6.0" },
	{ "4.19.0-20-amd6", "ambiguous: 4.19 5.1" },
	{ "5.10.0-10-amd6", "ambiguous: 5.1 5.16" },
	{ "2.6.18-274.7.10.el5", "inferred: 2.6.18-238.el5" },
	{ "2.6.32-642.6.20.el6", "inferred: 2.6.32-504.el6" },
	{ "3.10.0-1160.elx.el7", "inferred: 3.10.0-1062.el7" },
	{ "4.18.0-240.elx.el8", "inferred: 4.19" },
	{ "4.18.0-553.el8_11", "inferred: 4.20" },
	{ "5.14.0-427.13.1.el9_5", "inferred: 6.0" },
	{ "6.1.0-56.1-amd64", "inferred: 6.0" },
	/* Debian counts its ABIs; its changelog maps them */
	{ "4.19.0-18-amd64", "inferred: 4.19" },
	{ "4.19.0-19-amd64", "ambiguous: 4.19 5.1" },
	{ "4.19.0-20-amd64", "inferred: 5.1" },
	{ "5.10.0-9-amd64", "inferred: 5.1" },
	{ "5.10.0-10-cloud-amd64", "inferred: 5.16" },
	{ "6.1.0-25-amd64", "inferred: 6.0" },
	{ "6.1.0-56-cloud-amd64", "verified: 6.0" },
	{ "6.1.0-57-amd64", "inferred: 6.0" },
	/* nobody maps these here: never the release X.Y.0 */
	{ "2.4.9-31", "ambiguous: 2.4.0" },
	{ "2.6.34-12", "ambiguous: 2.6.34 2.6.36" },
	{ "2.6.32-5-686", "ambiguous: 2.6.32 2.6.32.2 2.6.32.23" },
	{ "4.4.0-116-generic", "ambiguous: 3.18 4.4.131" },
	{ "5.4.0-150-generic", "ambiguous: 5.1" },
	{ "5.15.0-91-generic", "ambiguous: 5.1 5.16" },
	{ "6.1.0-16-generic", "ambiguous: 6.0" },
	{ "6.8.0-1012-aws", "ambiguous: 6.0" },
	/* a build number without a distribution: also those with this base are candidates */
	{ "3.10.0-1160", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	{ "2.6.18-308", "ambiguous: 2.6.17 2.6.18-238.el5" },
	{ "4.18.0-305", "ambiguous: 4.15 4.19 4.20" },
	{ "4.14.0-115.el7a.aarch64", "ambiguous: 4.13 4.15" },
	{ "3.10.0-957.21.3.el7uek", "ambiguous: 3.3 3.10.105 3.18 3.10.0-1062.el7" },
	/* a stable release, and what a vendor put behind it: inferred, even of a verified one */
	{ "6.1.87-97.172.amzn2023.x86_64", "inferred: 6.0" },
	{ "5.4.17-2136.301.1.el8uek.x86_64", "inferred: 5.1" },
	{ "5.4.278-1.el7.elrepo.x86_64", "inferred: 5.1" },
	{ "5.3.18-150300.59.60-default", "inferred: 5.1" },
	{ "6.12.117+deb12-cloud-amd64", "verified: 6.0" },
	{ "6.12.117-custom", "inferred: 6.0" },
	{ "6.6.87.2-microsoft-standard-WSL2", "inferred: 6.0" },
	{ "3.4.4.4", "inferred: 3.3" },
	{ "3.4.4.0", "inferred: 3.3" },
	{ "3.0.0.9", "inferred: 3.0" },
	{ "3.4_x", "inferred: 3.3" },
	{ "5.15.0-0.bpo.3-amd64", "ambiguous: 5.1 5.16" },
	{ "5.15.0-9", "ambiguous: 5.1 5.16" },
	{ "5.15.0-9x", "ambiguous: 5.1 5.16" },
	{ "5.15.0-:9", "inferred: 5.1" },
	{ "3.0.1-5", "inferred: 3.0" },
	{ "5.10.100-custom", "ambiguous: 5.1 5.16" },
	{ "6.17-request", "inferred: 6.16" },
	{ "6.17-problem", "inferred: 6.16" },
	{ "5.16-test1", "ambiguous: 5.1 5.16" },
	{ "5.16-request", "inferred: 5.16" },
	{ "5.16-problem", "inferred: 5.16" },
	{ "5.16-tesla", "inferred: 5.16" },
	{ "6.12.117+devel", "inferred: 6.0" },
	{ "2.6.40.3-0.fc15.x86_64", "inferred: 3.0" },
	{ "2.6.42.12-1.fc15", "inferred: 3.0" },
	{ "6.1.21-v8+", "inferred: 6.0" },
	{ "3.4.4-custom", "inferred: 3.3" },
	/* a pre-release may have what the release brings, or not yet */
	{ "6.15.0-rc3", "ambiguous: 6.0 6.15" },
	{ "4.15-rc3", "ambiguous: 4.13 4.15" },
	{ "2.4.11-pre1", "ambiguous: 2.4.0 2.4.11" },
	{ "2.6.17-rc1", "ambiguous: 2.6.3 2.6.17" },
	{ "2.6.0-test9", "inferred: 2.4.11" },
	{ "2.6.33-rc1", "ambiguous: 2.6.32 2.6.33" },
	{ "2.6.37-rc1", "ambiguous: 2.6.36 2.6.37" },
	{ "4.20-rc1", "ambiguous: 4.19 4.20" },
	/* of a stable release: what the one before it has */
	{ "4.19.209-rc1", "ambiguous: 4.19 5.1" },
	{ "4.19.210-rc1", "inferred: 5.1" },
	{ "4.19.208-rc1", "inferred: 4.19" },
	{ "4.4.114-rc1", "ambiguous: 3.18 4.4.131" },
	{ "3.0.1-rc1", "inferred: 3.0" },
	{ "5.15.3-rc2", "ambiguous: 5.1 5.16" },
	{ "2.6.34.1-rc1", "ambiguous: 2.6.34 2.6.36" },
	/* the limiter alone leaves nothing open that a decision needs */
	{ "2.6.3-rc1", "inferred: 2.6.3" },
	{ "2.6.27-rc1", "inferred: 2.6.27" },
	{ "6.16-rc1", "inferred: 6.16" },
	{ "3.0-rc1", "ambiguous: 2.6.37 3.0" },
	{ "7.0-rc1", "inferred: 6.16" },
	{ "6.0-rc1", "ambiguous: 5.16 6.0" },
	{ "5.0-rc1", "inferred: 4.20" },
	{ "2.6.36-rc1", "ambiguous: 2.6.34 2.6.36" },
	{ "2.4.0-test9", "inferred: 2.4.0" },
	{ "6.17-rc1", "inferred: 6.16" },
	{ "6.8.0-+", "inferred: 6.0" },
	{ "2.6.32.70-5", "inferred: 2.6.32.23" },
};

static const struct known lines[] = {
	{ "Linux version 6.1.0-25-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian "
	  "12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.106-3 (2024-08-26)\n",
	  "inferred: 6.0" },
	{ "Linux version 5.10.0-32-amd64 (debian-kernel@lists.debian.org) (gcc-10) #1 SMP Debian "
	  "5.10.223-1 (2024-08-10)",
	  "verified: 5.16" },
	/* kernel.org's release alone is ambiguous, but Debian's is not */
	{ "Linux version 5.10.0-20-amd64 (debian-kernel@lists.debian.org) (gcc-10) #1 SMP Debian "
	  "5.10.158-2 (2022-12-13)",
	  "inferred: 5.16" },
	{ "Linux version 5.10.0-0.deb10.16-amd64 (x) (gcc) #1 SMP Debian 5.10.127-2~bpo10+1 (2022)",
	  "inferred: 5.16" },
	{ "Linux version 5.10.0-1-arm64 (x) (gcc) #1 SMP Debian 5.10.79-1", "inferred: 5.1" },
	{ "Linux version 5.10.0-1-arm64 (x) (gcc) #1 SMP Debian 5.10.80-1", "inferred: 5.16" },
	{ "Linux version 5.10.0-1-arm64 (x) (gcc) #1 SMP Debian 5.10.222-1", "inferred: 5.16" },
	{ "Linux version 3.0.0-1-amd64 (x) (gcc) #1 SMP Debian 3.0.1-1", "inferred: 3.0" },
	{ "Linux version 2.6.32-5-amd64 (Debian 2.6.32-48squeeze6) (dannf@debian.org) (gcc version "
	  "4.3.5 (Debian 4.3.5-4) ) #1 SMP Tue May 13 16:34:35 UTC 2014",
	  "ambiguous: 2.6.32 2.6.32.2 2.6.32.23" },
	{ "Linux version 3.10.0-1160.el7.x86_64 (mockbuild@kbuilder.bsys.centos.org) (gcc version "
	  "4.8.5 20150623 (Red Hat 4.8.5-44) (GCC) ) #1 SMP Mon Oct 19 16:18:59 UTC 2020",
	  "verified: 3.10.0-1062.el7" },
	{ "Linux version 5.15.0-91-generic (buildd@lcy02) (gcc (Ubuntu 11.4.0) 11.4.0) #101-Ubuntu "
	  "SMP Tue Nov 14 13:30:08 UTC 2023",
	  "ambiguous: 5.1 5.16" },
	{ "Ubuntu 5.15.0-91.101-generic 5.15.131\n", "inferred: 5.16" },
	{ "Linux host 3.2.0-4-amd64 #1 SMP Debian 3.2.65-1+deb7u2 x86_64 GNU/Linux",
	  "inferred: 3.0" },
	/* Debian's word counts behind the build only, and with a stable release only */
	{ "Linux version 6.17.0 (Debian 6.1.1-1) #1 SMP", "verified: 6.16" },
	{ "Linux version 6.17.0 (gcc) #1 SMP Debian 6.1-1", "verified: 6.16" },
	{ "Linux version 6.17.0 (gcc) #1 SMP Debian sid", "verified: 6.16" },
};

static const char *const no_release[] = {
	"2.5.76",
	"3.4.:",
	"3.:",
	"2.6.:",
	"",
	"2.6",
	"6",
	"banana",
	"2.2.26",
	"2.3.99",
	"2.6.43",
	"3.20",
	"4.21",
	"5.20",
	"6.20",
	"2.4.38",
	"3.4.4.x",
	"3.4.4x",
	"3.4.4x5",
	"3.4.4.-1",
	"3.4.~1",
	"3.4x",
	"3.4.x",
	"-3.4",
	"+3.4",
	"3..4",
	"3.4.",
	"4.99999",
	"2.6.18 x",
	" 2.6.18",
	"2.6.32.69.1",
	"Linux version",
	"Linuxx version 6.1",
	"Ubuntux 1 6.1",
	"Ubuntu 5.15",
	"Linux version banana (x) #1",
	"99999999999999999999.1",
	"2.6.99999999999999999999",
};

static void print_answer(const char *string, char *text)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(string, &r);
	text += sprintf(text, "%s:", tcpoom_evidence_names[r.evidence]);
	for (unsigned i = 0; i < r.candidates; i++)
		text += sprintf(text, " %s", r.candidate[i]->name);
	CHECK_SAY(*r.why, "%s: no reason", string);
}

static void check_known(const struct known *known, size_t n)
{
	char got[200];

	for (size_t i = 0; i < n; i++) {
		print_answer(known[i].string, got);
		CHECK_SAY(!strcmp(got, known[i].answer), "%s: got %s, expected %s", known[i].string,
			  got, known[i].answer);
	}
}

static void test_upstream(void)
{
	check_known(upstream, sizeof(upstream) / sizeof(*upstream));
}

static void test_vendors(void)
{
	check_known(vendors, sizeof(vendors) / sizeof(*vendors));
}

static void test_lines(void)
{
	check_known(lines, sizeof(lines) / sizeof(*lines));
}

static void test_no_release(void)
{
	char got[200];

	for (size_t i = 0; i < sizeof(no_release) / sizeof(*no_release); i++) {
		print_answer(no_release[i], got);
		CHECK_SAY(!strcmp(got, "no release:"), "\"%s\": got %s", no_release[i], got);
	}
}

/* The numbers that defaults go by. */
static void test_numbers(void)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve("banana", &r);
	CHECK(r.version == 0 && r.build == 0);
	tcpoom_release_resolve("6.1.106", &r);
	CHECK(r.version == TCPOOM_VERSION_OF(6, 1, 0, 106) && r.build == 0);
	tcpoom_release_resolve("2.6.32-279.el6", &r);
	CHECK(r.version == TCPOOM_VERSION_OF(2, 6, 32, 0) && r.build == 279);
}

/* What `kernels` prints is what -k takes. */
static void test_names(void)
{
	char got[200], expected[200];

	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		print_answer(tcpoom_kernels[k].name, got);
		snprintf(expected, sizeof(expected), ": %s", tcpoom_kernels[k].name);
		CHECK_SAY(strstr(got, expected) && strncmp(got, "ambiguous", 9), "%s", got);
	}
}

static const struct {
	const char *string, *why;
} reasons[] = {
	{ "2.4.1", "2.4.1: 2.4.11 made TCP_RTO_MAX unsigned" },
	{ "2.6.2", "2.6.2: after the verified 2.4.22; whether it has the limiter of 2.6.3 already "
		   "is not known" },
	{ "2.4.12", "2.4.12: before the verified 2.4.22; 2.4.11 made TCP_RTO_MAX unsigned" },
	{ "5.12",
	  "5.12: between the verified 5.10.7 and 5.15; 5.15.3 took the cached orphan count" },
	{ "6.0.5", "6.0.5: before the verified 6.1.192" },
	{ "2.6.20", "2.6.20: between the verified 2.6.18 and 2.6.20.1" },
	{ "7.3.1", "7.3.1: after the verified 7.2.13" },
	{ "6.1.192",
	  "6.1.192: golden vectors of the check, the two timers and the limiter, and a running "
	  "kernel" },
	{ "2.6.20.1", "2.6.20.1: a running kernel" },
	{ "5.10.223", "5.10.223: a running kernel" },
	{ "7.2.13", "7.2.13: a running kernel" },
	{ "4.15.18", "4.15.18: golden vectors of the check and the limiter" },
	{ "5.0.1", "5.0.1: golden vectors of the two timers" },
	{ "2.6.18-308.el5", "RHEL 5.6 on" },
	{ "3.4.4-x", "a build of the verified 3.4.4" },
	{ "4.1.50", "4.1.50: which 4.1.y took the change of 4.15 is not known" },
	{ "5.15.0-91-generic",
	  "-91 counts a distribution's builds; Debian's line of /proc/version and Ubuntu's "
	  "/proc/version_signature say on which release" },
	{ "2.6.18-274.el5", "RHEL 5.6 on" },
	{ "2.6.18-274.7.1.el5",
	  "RHEL 5.6 on: golden vectors of the check, the two timers and the limiter" },
	{ "2.6.32-400.el6",
	  "RHEL 6.5; whether it has the limiter of -504.16.2 already is not known" },
	{ "5.14.0-427.13.1.el9_4",
	  "RHEL 9.2 on, after -194 took changes of 5.16 and 6.0: golden vectors of the check and "
	  "the limiter" },
	{ "4.18.0-553.el8_10", "RHEL 8.4 on: golden vectors of the two timers" },
	{ "6.16-rc1", "a pre-release of 6.16; whether it has its limiter already is not known" },
	{ "6.15-rc1", "a pre-release of 6.15" },
	{ "6.1.0-56-amd64",
	  "Debian 12: golden vectors of the check, the two timers and the limiter, and "
	  "a running kernel" },
	{ "6.17-rc1", "a pre-release of 6.17" },
	/* where it is not known, at both borders */
	{ "2.6.18-195.el5",
	  "RHEL 5 between 5.5 and 5.6, where the timing of retransmissions came in" },
	{ "2.6.18-237.el5",
	  "RHEL 5 between 5.5 and 5.6, where the timing of retransmissions came in" },
	{ "4.18.0-241.el8",
	  "RHEL 8 between 8.3 and 8.4, where the signed comparison of times came in" },
	{ "4.18.0-304.el8",
	  "RHEL 8 between 8.3 and 8.4, where the signed comparison of times came in" },
	{ "2.6.33.8", "2.6.33.8: after the verified 2.6.33; 2.6.33.8 lacks the fix of 2.6.36" },
	{ "2.6.33.9", "2.6.33.9: whether it took the fixes of 2.6.34 and 2.6.36 is not known" },
	{ "2.6.34.1", "2.6.34.1: which 2.6.34.y took the fix of 2.6.36 is not known" },
	{ "2.6.34.13", "2.6.34.13: which 2.6.34.y took the fix of 2.6.36 is not known" },
	{ "2.6.35.4", "2.6.35.4: whether it took the fix of 2.6.36 is not known" },
	{ "2.6.35.5", "2.6.35.5: whether it took the fix of 2.6.36 is not known" },
	{ "4.1.49", "4.1.49: which 4.1.y took the change of 4.15 is not known" },
	{ "4.1.51", "4.1.51: which 4.1.y took the change of 4.15 is not known" },
	{ "5.10.80", "5.10.80: 5.10.80 took the cached orphan count, but trees of up to 5.10.198 "
		     "without it are about" },
	{ "5.10.222", "5.10.222: 5.10.80 took the cached orphan count, but trees of up to 5.10.198 "
		      "without it are about" },
	/* at both ends of a range of builds */
	{ "2.6.18-194.el5", "RHEL 5.0 to 5.5" },
	{ "2.6.18-238.el5", "RHEL 5.6 on" },
	{ "2.6.32-358.el6", "RHEL 6.0 to 6.4" },
	{ "2.6.32-359.el6",
	  "RHEL 6.5; whether it has the limiter of -504.16.2 already is not known" },
	{ "2.6.32-503.el6",
	  "RHEL 6.5; whether it has the limiter of -504.16.2 already is not known" },
	{ "2.6.32-504.el6",
	  "RHEL 6.6; whether it has the limiter of -504.16.2 already is not known" },
	{ "2.6.32-505.el6", "RHEL 6.7 on" },
	{ "3.10.0-239.el7", "RHEL 7.0 and 7.1, before -240 took changes of 3.11 and 3.18" },
	{ "3.10.0-240.el7", "RHEL 7.2 and 7.3, after -240 took changes of 3.11 and 3.18" },
	{ "3.10.0-514.el7", "RHEL 7.2 and 7.3, after -240 took changes of 3.11 and 3.18" },
	{ "3.10.0-515.el7",
	  "RHEL 7.4 to 7.6; whether it has the limiter of -1062 already is not known" },
	{ "3.10.0-1061.el7",
	  "RHEL 7.4 to 7.6; whether it has the limiter of -1062 already is not known" },
	{ "3.10.0-1062.el7", "RHEL 7.7 on" },
	{ "4.18.0-240.el8",
	  "RHEL 8.0 to 8.3: golden vectors of the check, the two timers and the limiter" },
	{ "4.18.0-305.el8", "RHEL 8.4 on" },
	{ "5.14.0-193.el9", "RHEL 9.0 and 9.1, before -194 took changes of 5.16 and 6.0" },
	{ "5.14.0-194.el9", "RHEL 9.2 on, after -194 took changes of 5.16 and 6.0" },
	{ "4.19.0-18-amd64", "Debian 10 up to 4.19.208-1" },
	{ "4.19.0-20-amd64", "Debian 10 from 4.19.235-1 on" },
	{ "5.10.0-9-amd64", "Debian 11 up to 5.10.70-1" },
	{ "5.10.0-10-amd64", "Debian 11 from 5.10.84-1 on" },
};

static void test_reasons(void)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct tcpoom_resolution r;

		tcpoom_release_resolve(reasons[i].string, &r);
		CHECK_STRING(r.why, reasons[i].why);
	}
}

static void test_list(void)
{
	static const struct {
		const char *kernel, *releases;
	} cases[] = {
		{ "2.4.0", "2.4.0 to 2.4.10.y" },
		{ "2.4.22", "2.4.11 to 2.4.37.y, 2.5.0 to 2.5.75.y, 2.6.0 to 2.6.2.y, RHEL 3" },
		{ "5.16", "5.10.223 to 5.10.y, 5.15.3 to 5.19.y, Debian 11 from 5.10.84-1 on" },
		{ "2.6.36", "2.6.34.14 to 2.6.34.y, 2.6.35.6 to 2.6.35.y, 2.6.36 to 2.6.36.y" },
		{ "4.4.131", "3.18.93 to 3.18.y, 4.1.52 to 4.1.y, 4.4.114 to 4.4.y" },
		{ "2.6.32", "2.6.32 to 2.6.32.1" },
		{ "2.6.18-308.el5", "RHEL 5.6 on" },
		{ "6.16", "6.16 to 6.19.y, 7.0 on" },
		{ "2.6.33", "2.6.33 to 2.6.33.8" },
		{ "2.6.34", "2.6.34, 2.6.35 to 2.6.35.3" },
		{ "2.6.32.2", "2.6.32.2 to 2.6.32.22, RHEL 6.0 to 6.4, RHEL 6.5" },
	};
	char text[600];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		tcpoom_release_list(kernel_of(cases[i].kernel), text, sizeof(text));
		CHECK_STRING(text, cases[i].releases);
	}
	/* a text that is too short is cut, not overrun */
	tcpoom_release_list(kernel_of("2.6.33"), text, 8);
	CHECK_STRING(text, "2.6.33 ");
}

static void test_end(void)
{
	static const struct {
		const char *kernel, *end;
		bool found;
	} cases[] = {
		{ "3.0", "3.2", true },	  { "2.6.36", "2.6.36", true },
		{ "5.4", "5.15", true },  { "4.4.131", "4.4.131", false },
		{ "4.15", "4.18", true }, { "5.16", "5.19", true },
		{ "7.1", "", true },
	};
	char text[24];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_SAY(tcpoom_release_end(kernel_of(cases[i].kernel), text) == cases[i].found,
			  "%s", cases[i].kernel);
		CHECK_STRING(text, cases[i].end);
	}
}

static const struct test release_tests[] = {
	{ "releases of kernel.org", test_upstream },
	{ "kernels of distributions", test_vendors },
	{ "lines of /proc/version and uname", test_lines },
	{ "what is no release", test_no_release },
	{ "versions and builds", test_numbers },
	{ "names of rows", test_names },
	{ "reasons", test_reasons },
	{ "list of a row's releases", test_list },
	{ "the last line of a row", test_end },
	{ NULL, NULL },
};

SUITE(release)
