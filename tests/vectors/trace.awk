# SPDX-License-Identifier: GPL-2.0-only
# awk -f trace.awk decide-inputs.csv: as a trace, the states in which the exact and the approximate
# orphan count agree. In the others the vectors give kernels with an atomic counter the approximate
# one, which no one trace can say.
BEGIN { FS = ","; print "# tcpoom trace 1" }
NR == 1 { for (i = 1; i <= NF; i++) { name[i] = $i; column[$i] = i } next }
$column["orphans"] "" == $column["orphans_approx"] "" {
	line = NR - 1 " " $column["entry"]
	for (i = 1; i <= NF; i++)
		if (name[i] !~ /^(entry|ratelimit_budget)$/)
			line = line " " name[i] "=" $i
	print line
}
