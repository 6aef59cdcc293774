/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first and only program of a guest: runs the recorder and the scenarios that the kernel's
 * command line names (tcpoom.scenarios=a,b,c), and sends the recording out over a serial line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "net.h"
#include "scenarios.h"

#define TRACING "/sys/kernel/tracing/"
#define MARKER TRACING "instances/tcpoom/trace_marker"
#define TRACE "/trace"
#define CLOSES 400 /* that are timed */

static void mount_all(void)
{
	static const char *const mounts[][2] = { { "proc", "/proc" },
						 { "sysfs", "/sys" },
						 { "devtmpfs", "/dev" },
						 { "tracefs", TRACING } };

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i][1], 0755);
		if (mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL))
			die(mounts[i][1]);
	}
}

static void console(void)
{
	const int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		return;
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

/* The word behind `key=` of the command line, or "". */
static void parameter(const char *key, char *value, size_t size)
{
	char line[4096] = "";
	FILE *f = fopen("/proc/cmdline", "r");
	const char *at;

	if (!f || !fgets(line, sizeof(line), f))
		die("/proc/cmdline");
	fclose(f);
	at = strstr(line, key);
	at = at ? at + strlen(key) : "";
	snprintf(value, size, "%.*s", (int)strcspn(at, " \n"), at);
}

static void exec_recorder(const char *option)
{
	const bool map = !access("/System.map", F_OK);

	execl("/tcpoom-record", "tcpoom-record", "-o", TRACE, option,
	      map ? "--symbols=/System.map" : NULL, NULL);
	_exit(127);
}

/* For guest/debugger.py: where some functions are, and the fields of a socket. */
static void say_layout(void)
{
	static const char *const names[] = { "tcp_out_of_resources", "tcp_check_oom",
					     "sk_stream_kill_queues" };
	char line[200], name[100], at[20];
	FILE *f = fopen("/proc/kallsyms", "r");

	while (f && fgets(line, sizeof(line), f))
		for (int i = 0; sscanf(line, "%19s %*s %99s", at, name) == 2 && i < 3; i++)
			if (!strcmp(name, names[i]))
				printf("FUNCTION %s %s\n", at, name);
	if (f)
		fclose(f);
	if (!fork())
		exec_recorder("--print");
	wait(NULL);
}

static pid_t start_recorder(void)
{
	const pid_t pid = fork();

	if (!pid)
		exec_recorder("--duration=100000");
	for (int i = 0; i < 300; i++) {
		struct stat info;

		sleep_ms(100);
		if (!stat(TRACE, &info) && info.st_size)
			return pid;
		if (waitpid(pid, NULL, WNOHANG))
			break;
	}
	die("the recorder did not start");
	return -1;
}

/* What a recorder must not leave behind. */
static void look_behind(void)
{
	char line[200];
	FILE *f = fopen(TRACING "kprobe_events", "r");

	if (!f || fgets(line, sizeof(line), f))
		die("probes are left in kprobe_events");
	fclose(f);
	if (!access(TRACING "instances/tcpoom", F_OK))
		die("the instance is left");
	puts("NOTHING LEFT");
}

/* A recorder that is killed leaves its probes; the next one removes them. */
static void stop_recorder(pid_t pid, int stop)
{
	int status;

	kill(pid, stop);
	if (waitpid(pid, &status, 0) != pid || status) {
		printf("the recorder ended with status %x\n", (unsigned)status);
		die("recording");
	}
	look_behind();
}

static void kill_recorder(void)
{
	const pid_t pid = start_recorder();

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (access(TRACING "instances/tcpoom", F_OK))
		die("a killed recorder left nothing, so there is nothing to test");
	unlink(TRACE);
}

static void say_count(void)
{
	char names[4096], values[4096], *n, *v, *left_n = NULL, *left_v = NULL;
	FILE *f = fopen("/proc/net/netstat", "r");

	if (!f || !fgets(names, sizeof(names), f) || !fgets(values, sizeof(values), f))
		die("/proc/net/netstat");
	fclose(f);
	n = strtok_r(names, " \n", &left_n);
	v = strtok_r(values, " \n", &left_v);
	for (; n && v; n = strtok_r(NULL, " \n", &left_n), v = strtok_r(NULL, " \n", &left_v))
		if (!strcmp(n, "TCPAbortOnMemory"))
			printf("TCPAbortOnMemory %s\n", v);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* ns that a close takes which asks the check, on average. */
static long long closing(void)
{
	struct conn c[CLOSES];
	long long ns;

	for (int i = 0; i < CLOSES; i++)
		c[i] = net_connect(AF_INET, SOME, DEAD);
	ns = now_ns();
	for (int i = 0; i < CLOSES; i++)
		net_close(&c[i]);
	ns = now_ns() - ns;
	for (int i = 0; i < CLOSES; i++)
		net_forget(&c[i]);
	sleep_ms(300);
	return ns / CLOSES;
}

/* Other work of the kernel may come in between. */
static long long quickest(void)
{
	long long least = closing();

	for (int i = 0; i < 3; i++) {
		const long long ns = closing();

		least = ns < least ? ns : least;
	}
	return least;
}

/* What recording costs in the kernel, where with one CPU each instruction takes 2 ns. */
static void overhead(void)
{
	long long without, with;
	pid_t recorder;

	limits_far();
	without = quickest();
	recorder = start_recorder();
	with = quickest();
	stop_recorder(recorder, SIGTERM);
	printf("OVERHEAD a close with its check takes %lld ns, recorded %lld ns\n", without, with);
	unlink(TRACE);
}

static void send_trace(void)
{
	static char text[1 << 16], line_name[40];
	int in, out;
	struct termios line;
	ssize_t got;

	parameter("tcpoom.out=", line_name, sizeof(line_name));
	in = open(TRACE, O_RDONLY | O_CLOEXEC);
	out = open(line_name, O_WRONLY);
	if (in < 0 || out < 0 || tcgetattr(out, &line))
		die("sending the trace");
	line.c_oflag &= ~(tcflag_t)OPOST; /* a newline is one */
	tcsetattr(out, TCSANOW, &line);
	while ((got = read(in, text, sizeof(text))) > 0)
		for (ssize_t sent = 0, n; sent < got; sent += n) {
			n = write(out, text + sent, (size_t)(got - sent));
			if (n <= 0)
				die("sending the trace");
		}
	fsync(out);
	close(out);
	close(in);
}

static void run(const char *name)
{
	for (const struct scenario *s = scenarios; s->name; s++)
		if (!strcmp(s->name, name)) {
			printf("SCENARIO %s\n", name);
			put(MARKER, "scenario %s\n", name);
			limits_far();
			s->run();
			return;
		}
	errno = 0;
	die(name);
}

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
}

int main(void)
{
	const struct rlimit files = { 4096, 4096 };
	char list[1024], *left = NULL;
	pid_t recorder;

	if (getpid() != 1) {
		fputs("this is the init of a guest\n", stderr);
		return 1;
	}
	atexit(power_off);
	mount_all();
	console();
	setrlimit(RLIMIT_NOFILE, &files);
	net_loopback_up();
	put("/proc/sys/net/ipv4/tcp_wmem", "4096 65536 262144");
	parameter("tcpoom.scenarios=", list, sizeof(list));
	say_layout();
	if (!strncmp(list, "overhead,", 9))
		overhead();
	kill_recorder();
	recorder = start_recorder();
	for (char *s = strtok_r(list, ",", &left); s; s = strtok_r(NULL, ",", &left))
		if (strcmp(s, "overhead"))
			run(s);
	stop_recorder(recorder, SIGINT);
	say_count();
	send_trace();
	puts("GUEST DONE");
	return 0;
}
