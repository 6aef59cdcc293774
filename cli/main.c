/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom: dispatch. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"

const struct command commands[] = {
	{ "kernels", "[STRING]", "the kernels and their rules, or what a release string means",
	  "Prints the table of kernels: which releases each row stands for, and which variant of "
	  "each rule it has. With STRING, a release string as uname -r prints it or a line of "
	  "/proc/version, says which row it is and on what evidence: verified by golden vectors "
	  "or a running kernel, inferred from verified neighbours, or ambiguous.",
	  kernels_options, false, cmd_kernels },
	{ "decide", "-k KERNEL < STATES.csv", "what a kernel decides in each of many states",
	  "Reads states as CSV from standard input, columns in any order, and writes a line of CSV "
	  "for each: "
	  "id,verdict,ret,killed,reset,snmp,messages,ratelimit_calls,exact_sums,do_reset. "
	  "Stops at the first bad row; what was right before it stands.",
	  decide_options, true, cmd_decide },
	{ "explain", "-k KERNEL FIELD=VALUE...", "one state, every test with its numbers",
	  "Makes one decision and says each test that led to it, the verdict, the message, and "
	  "which "
	  "other kernels decide or say otherwise, with the rules that make the difference.",
	  explain_options, true, cmd_explain },
	{ "replay", "-k KERNEL TRACE...", "what a kernel decides at each event of a trace",
	  "Prints what the kernel would have decided at each event, and the messages that reach "
	  "its log: suppressed=N are held back by its rate limiter, whose own lines stand in their "
	  "place; suppressed=? says that it is not known. The limiter is as it boots when a trace "
	  "begins, and asked by the trace's events alone. Where fields are unknown, prints the "
	  "verdicts that they leave possible, with | between them, and what it would ask for; a ? "
	  "stands for more that may be, where there are too many values to try them all. Then the "
	  "totals. - is standard input.",
	  replay_options, true, cmd_replay },
	{ "check", "TRACE...", "recorded and expected outcomes against the models",
	  "Compares what a trace says with the models: under => what its kernel did, and what "
	  "expect "
	  "demands of a kernel. A recording agrees if the verdict is the same, the lines are some "
	  "of "
	  "the asked ones, and with the suppressed ones there are as many. Whether they are the "
	  "ones that the kernel's rate limiter lets through is counted, and with --log must be: "
	  "then it had no user that is not in the trace. A failure says every test that was made, "
	  "with its numbers, and the rules of which another variant would agree, with their "
	  "source. Exits with 1 if anything fails, with 2 if there is nothing to check.",
	  check_options, true, cmd_check },
	{ "diff", "A B TRACE...", "where two kernels diverge, by kind and cause",
	  "Replays traces on the kernels A and B and counts the events at which their verdicts "
	  "differ, by kind (kill, reset, message, count) and by cause: the smallest set of rules "
	  "which, exchanged from A's to B's, turns A's verdict into B's. Each group has a "
	  "witness: the smallest state that shows it, as a command that explains it. The kind log "
	  "is that of events with the same verdict, of which other lines reach the log; its "
	  "witness is the command that shrinks such a trace, with what appears of the first one. - "
	  "is standard input. Exits with 1 if an event differs, or may differ where fields are "
	  "unknown; with --expect unless the ledger knows it, with all that the unknown fields "
	  "leave possible.",
	  diff_options, true, cmd_diff },
	{ "atlas", "A B", "every class of divergence of two kernels",
	  "Maps all states, not a sample: each class of divergence of the kernels A and B, with "
	  "its cause and the smallest state that shows it. A class is kind, entry, direction, "
	  "cause, and how the two kernels stand at each threshold at which they part: below, at "
	  "or above it, at which shift of the orphan count, and whether the number wrapped or is "
	  "negative; \"orphans <<1 above | at\" is above it for A and at it for B, where each "
	  "orphan counts twice. diff/README.md argues why no class is missing. Kernels that are "
	  "far apart have thousands of classes; of those of one cause the first 8 are printed. "
	  "The log, which the rate limiters make of many events, is no part of it. "
	  "With --expect exits with 1 unless the divergences are those of the ledger.",
	  atlas_options, false, cmd_atlas },
	{ "shrink", "A B TRACE...", "diverging traces to a small regression test",
	  "Writes a trace that holds, for each kind and cause of divergence, the smallest state "
	  "that "
	  "shows it, with what each of the two kernels is expected to do. For the kind log it "
	  "holds "
	  "the fewest events that show it on a machine that has just booted; => is the log of A, "
	  "for check --log, and a comment says what each kernel prints. Of several traces those of "
	  "the first one with other lines in the log are shrunk so. Exits with 1 if nothing "
	  "diverges.",
	  shrink_options, true, cmd_shrink },
	{ "convert", "--to FORM TRACE | --from RAW FILE",
	  "a trace as text, JSON Lines or CSV; raw text of probes as a trace",
	  "Writes a trace in another form; all commands read all three, compressed with gzip or "
	  "zstd too. Text keeps its comments and set lines. In JSON Lines (jsonl) an event is an "
	  "object that says all that holds for it, under the names of the fields; what is unknown "
	  "is null, and a byte of a log that is not UTF-8 is \\udc80 to \\udcff. Neither says "
	  "what was not said. CSV holds states and outcomes: the fields and time, sk, cpu, id, "
	  "recorded, recorded_messages (with | between them), suppressed, expect; what it has no "
	  "column for is counted on standard error. A CSV without a column time has time 0. With "
	  "--from makes a trace of what probes printed: --from ftrace of the text of ftrace, "
	  "trace-cmd report or the script of bpftrace, --from perf of perf script; the names of "
	  "the events are those of tcpoom record --print. - is standard input.",
	  convert_options, true, cmd_convert },
	{ "run", "-k KERNEL... WORKLOAD", "a workload in closed loop and virtual time",
	  "Closes the sockets of a workload on a kernel, lets their timers fire, and sees what the "
	  "check does with each; prints what was counted, orphans over time, and the log. The same "
	  "seed makes the same run. With several kernels it compares the whole outcome, and exits "
	  "with 1 if one differs from the first. - is standard input.",
	  run_options, false, cmd_run },
	{ "defaults", "-k KERNEL --ram=SIZE | --guess=SYSCTL=VALUE...",
	  "the sysctls that a kernel computes at boot, and the inverse",
	  "Prints tcp_mem, tcp_max_orphans, tcp_rmem and tcp_wmem as the kernel computes them from "
	  "its memory, if it could use all of it; a real one has reserved a percent or two. With "
	  "--guess says the other way round which kernels compute such a value (tcp_mem=A,B,C or "
	  "tcp_max_orphans=N), and with how much memory. Exits with 1 if none does.",
	  defaults_options, false, cmd_defaults },
	{ "diagnose", "[FOLDER|FILE|FIELD=VALUE]...", "which limit killed sockets, and what to do",
	  "Says which test of the kernel fired, proved by numbers, what to do about it and what "
	  "not, "
	  "and what to find out next. Without an argument of this machine; else of a sosreport, of "
	  "a "
	  "folder of files, of files that hold what sockstat, sysctl, dmesg, ss -s, nstat or "
	  "netstat -s print, and of values of fields. Anything may be missing: then it says what "
	  "follows all the same. Exits with 1 if a kill was seen or would be, or a number is in "
	  "doubt.",
	  diagnose_options, true, cmd_diagnose },
	{ "whatif", "[--set FIELD=VALUE]... [-k KERNEL] TRACE...|WORKLOAD...",
	  "the same under other settings, or on another kernel",
	  "Says what becomes of a trace if settings were others, or the kernel: which kills "
	  "vanish, "
	  "which are new, whose reset or message changes, with the first event of each, and what "
	  "is "
	  "killed in both. The kernel before is the one that the trace names, or --from; -k is the "
	  "one after, and where nothing else names a kernel, both. --set gives a field of every "
	  "event a value (or ?, unknown), whatever the trace says: a field, tcp_mem=A,B,C, or a "
	  "sysctl's name. Each event stands for itself: a socket that lives on is not counted into "
	  "later ones. A workload is run in closed loop, where it is, and its sockets are "
	  "compared; "
	  "there --set gives settings. Where fields are unknown, says what changes for some values "
	  "of them: 1 to 3 is 1 certainly and at most 3. --search FIELD instead finds the smallest "
	  "value with which nothing is killed, and replays it and the one below it; in a workload "
	  "max_orphans, tcp_mem2 or orphan_retries. - is standard input, a trace. Exits with 1 if "
	  "something changes or may change, with --search if no value helps.",
	  whatif_options, true, cmd_whatif },
	{ "alarms", "[-k KERNEL]... TRACE|WORKLOAD...",
	  "would a monitor's alarms have warned of the first kill?",
	  "Lets alarms watch traces, and workloads in closed loop: when each is given, for how "
	  "long "
	  "before the first kill, which kills came without one, and which alarms without a kill. "
	  "An alarm is timely if a socket is killed while it is given, late if one was killed "
	  "before it and none in it, else needless. A trace has the counters at its events alone, "
	  "so that a sample sees what the last one said; its outcomes are those that were "
	  "recorded, or that its kernel or -k decides. A workload runs on -k, or on 7.1. Exits "
	  "with 1 if some alarms were needless, or none was given before a kill that a sample "
	  "showed to be near: more than a quarter of tcp_max_orphans, or memory beyond tcp_mem[1].",
	  alarms_options, false, cmd_alarms },
	{ "advice", "[check FILE... | lint FILE...]", "is what people advise true?",
	  "Makes the experiments of published advice on the models, and prints for each claim "
	  "whether it is true, false, true only on some kernels or on one path, a unit error, "
	  "without effect on the decision, or not testable and why; with a command that shows "
	  "where "
	  "it holds (+) and where it does not (-). check does the same with claims of your own: "
	  "advice/claims/README.md is the manual of their format. Exits with 1 if one is not "
	  "true. lint reads a sysctl.conf, or lines of sysctl -w and echo, and warns about what "
	  "this "
	  "decision "
	  "makes of them: numbers of bytes for pages, a tcp_mem that does not ascend, limits that "
	  "penalties make smaller, values below the kernel's own (with -k and --ram, or --here), "
	  "settings that no decision reads or this kernel does not have, and names without their "
	  "folder. Exits with 1 if it warns. - is standard input.",
	  advice_options, false, cmd_advice },
	{ "tree", "DIR", "a kernel source tree as a model",
	  "Cuts the functions that decide out of the source tree in DIR, which needs no "
	  "configuration, compiles them with $CC or cc against stand-ins for what is around them, "
	  "and writes a loadable model: a KERNEL for every command but run and defaults, with a / "
	  "(./NAME.so). Loading a model runs its code, so load none of someone whom you would "
	  "not let run a program. With --identify says which rules the tree has, by asking it in "
	  "all boundary states: each rule has a variant, differs from all, or is unknown where "
	  "no state tells; the nearest kernel; and the changes of mainline that are missing. Exits "
	  "with 1 if it decides as no row of the table does. A tree of a shape that is not known "
	  "is "
	  "an error that names file and function. The text of the tree is compiled and not kept. "
	  "Not the tree's own: the rate limiter, the counters themselves, the size of a struct "
	  "sk_buff, and what the two timers do before they look at a dead socket.",
	  tree_options, false, cmd_tree },
	{ "record", "", "every decision of the kernel that runs here",
	  "Records every decision of this machine's kernel as a trace with what it did, through "
	  "tracefs alone: kprobe events in an ftrace instance of its own, which is gone when it "
	  "ends. It needs root, tracefs, and the kernel's BTF or a file of offsets. sk is a "
	  "number; no addresses and no ports are written without --raw. The header, written when "
	  "all is recorded from then on, says which entries this kernel lets be seen. Ends after "
	  "--duration, or with SIGINT or SIGTERM.",
	  record_options, false, cmd_record },
	{ "help", "[COMMAND]", "this, or the help of a command",
	  "Prints the commands, the help of one command, or with --man the manual page.",
	  help_options, false, cmd_help },
};
const size_t command_count = sizeof(commands) / sizeof(*commands);

void cli_refused(enum tcpoom_status status, const char *named, const struct tcpoom_state *s,
		 enum tcpoom_field f, struct tcpoom_error *e)
{
	const char *field = tcpoom_field_table[f].name;
	const int64_t value = tcpoom_field_get(s, f);

	if (status == TCPOOM_UNKNOWN)
		tcpoom_fail(e, e->column, "found no %s, expected a value: %s needs it on %s", field,
			    tcpoom_entry_names[s->entry], named);
	else if (status == TCPOOM_UNREPRESENTABLE)
		tcpoom_fail(e, e->column,
			    "found %s=%" PRId64 ", expected an int, which is its type in %s", field,
			    value, named);
	else
		tcpoom_fail(e, e->column,
			    "found %s=%" PRId64 ", expected 0: it is not modelled for %s on %s",
			    field, value, tcpoom_entry_names[s->entry], named);
}

int main(int argc, char **argv)
{
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return cmd_help(NULL, 1, argv);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("tcpoom " TCPOOM_VERSION);
		return cli_close_stdout(STATUS_SAME);
	}
	for (size_t i = 0; argc > 1 && i < command_count; i++)
		if (!strcmp(argv[1], commands[i].name))
			return cli_close_stdout(commands[i].run(&commands[i], argc - 1, argv + 1));
	if (argc > 1)
		return cli_error("\"%s\" is no command: see tcpoom help", argv[1]);
	cli_print_help(stderr, NULL);
	return STATUS_TROUBLE;
}
