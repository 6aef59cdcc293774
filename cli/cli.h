/* SPDX-License-Identifier: GPL-2.0-only */
/* What the subcommands share. One table drives dispatch, --help and the man page. */
#ifndef TCPOOM_CLI_CLI_H
#define TCPOOM_CLI_CLI_H

#include <stdio.h>

#include "../diff/boundary.h"
#include "../kernels/release.h"
#include "../traces/error.h"

/* The exit status, as diff(1) has it. The larger one wins. */
enum { STATUS_SAME = 0, STATUS_DIFFERENT = 1, STATUS_TROUBLE = 2 };

struct option_info {
	char letter;	 /* also the value that cli_option returns */
	bool short_form; /* whether -LETTER is offered, or the long name alone */
	const char *name, *argument, *help;
};

struct command {
	const char *name, *arguments, *summary, *description;
	const struct option_info *options; /* ends with a letter 0 */
	bool takes_fields;		   /* --help lists the fields */
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command commands[];
extern const size_t command_count;

int cmd_kernels(const struct command *command, int argc, char **argv);
int cmd_decide(const struct command *command, int argc, char **argv);
int cmd_explain(const struct command *command, int argc, char **argv);
int cmd_replay(const struct command *command, int argc, char **argv);
int cmd_check(const struct command *command, int argc, char **argv);
int cmd_diff(const struct command *command, int argc, char **argv);
int cmd_atlas(const struct command *command, int argc, char **argv);
int cmd_shrink(const struct command *command, int argc, char **argv);
int cmd_convert(const struct command *command, int argc, char **argv);
int cmd_run(const struct command *command, int argc, char **argv);
int cmd_defaults(const struct command *command, int argc, char **argv);
int cmd_alarms(const struct command *command, int argc, char **argv);
int cmd_diagnose(const struct command *command, int argc, char **argv);
int cmd_whatif(const struct command *command, int argc, char **argv);
int cmd_advice(const struct command *command, int argc, char **argv);
int cmd_tree(const struct command *command, int argc, char **argv);
int cmd_record(const struct command *command, int argc, char **argv);
int cmd_help(const struct command *command, int argc, char **argv);

extern const struct option_info kernels_options[], decide_options[], explain_options[],
	replay_options[], check_options[], diff_options[], atlas_options[], shrink_options[],
	convert_options[], run_options[], defaults_options[], alarms_options[], diagnose_options[],
	whatif_options[], advice_options[], tree_options[], record_options[], help_options[];

/* What cli_option returns beside an option's letter. */
enum { CLI_END = -1, CLI_BAD = '?', CLI_HELP = 'h' };

/* The next option. --help and a bad option are answered here: stop with cli_stop. */
int cli_option(const struct command *command, int argc, char **argv);
static inline int cli_stop(int option)
{
	return option == CLI_HELP ? STATUS_SAME : STATUS_TROUBLE;
}

/* `tcpoom: ...` on stderr; returns STATUS_TROUBLE. */
int cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_input_error(const struct tcpoom_error *e);

/*
 * A KERNEL: what a release string says if that is one row, or, where it contains a /, a model that
 * is loaded. cli_kernel also finds the rules of a model, cli_model leaves them NULL, and
 * cli_release knows no models: it is for names that someone else wrote. NULL: an error was printed.
 */
const struct tcpoom_kernel *cli_kernel(const char *string, struct tcpoom_resolution *resolution);
const struct tcpoom_kernel *cli_model(const char *string, struct tcpoom_resolution *resolution);
const struct tcpoom_kernel *cli_release(const char *string, struct tcpoom_resolution *resolution);

/* Whether it is a loaded model, and the numbers that stand in its text. */
bool cli_is_loaded(const struct tcpoom_kernel *kernel, struct tcpoom_numbers *numbers);

/* Reads --bits, 32 or 64. False: an error was printed. */
bool cli_bits(const char *string, unsigned *bits);
#define CLI_BITS                                                                                   \
	{                                                                                          \
		'b', false, "bits", "32|64",                                                       \
			"of the machine, whose tick counter the rate limiter sees (64)"            \
	}

/* Says in *e why the kernel that the user `named` gives no verdict; e->column is set already. */
void cli_refused(enum tcpoom_status status, const char *named, const struct tcpoom_state *s,
		 enum tcpoom_field f, struct tcpoom_error *e);

struct tcpoom_ftrace_counts;
/* Says on standard error what a recording lacks. */
void cli_say_counts(const char *file, const struct tcpoom_ftrace_counts *counts);

/* STATUS_TROUBLE where what was printed could not all be written. */
int cli_close_stdout(int status);

/* What a set of rules is about, with the source of each variant; a bit for each rule. */
void cli_print_rules(uint32_t rules);

/* The format of a claim (advice/claims/README.md). */
void cli_print_claim_help(FILE *out);

void cli_print_help(FILE *out, const struct command *command);
void cli_print_man(FILE *out);

#endif
