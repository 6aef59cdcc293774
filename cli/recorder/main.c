/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom-record: the command record alone, to be carried to a machine that is watched. */
#include <string.h>

#include "../cli.h"

const struct command commands[] = {
	{ "record", "", "every decision of the kernel that runs here",
	  "Records every decision of this machine's kernel as a trace, through tracefs alone; see "
	  "tcpoom help record.",
	  record_options, false, cmd_record },
};
const size_t command_count = 1;

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("tcpoom-record " TCPOOM_VERSION);
		return cli_close_stdout(STATUS_SAME);
	}
	return cli_close_stdout(cmd_record(commands, argc, argv));
}
