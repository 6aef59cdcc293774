#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds what was recorded in a guest against the models and against guest/expect.

  guest/judge.py TCPOOM TRACE SCENARIO,SCENARIO...

Prints the decisions compared. Fails where a scenario made fewer of them than it must or none of a
kind, where the trace lost events (with two CPUs: more than 1 % of the decisions) or has a decision
without outcome, and where the models differ:
with one CPU at all, with two in more than 1 % that a concurrent update explains (racy), or in any
that it does not.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

RACY_MOST = 0.01
# Two CPUs run in real time, so that an interrupt may come within a probe, and hide the next one.
LOST_MOST = 0.01
# What another CPU may change between the probe's reading and the kernel's.
SHARED = ("orphans_cached", "mem_allocated", "max_orphans", "tcp_mem2")
EXPECT = pathlib.Path(__file__).with_name("expect")


def pairs(words):
    return {k: int(v, 0) for k, _, v in (w.partition("=") for w in words) if v.lstrip("-").isdigit()}


class Decision:
    """An event of a trace with all fields that hold for it."""

    def __init__(self, number, line, settings, scenario):
        words = line.split()
        self.number, self.entry, self.scenario = number, words[1], scenario
        self.fields = {**settings, **pairs(words[2:])}
        self.outcome = ""

    def names(self):
        names = {"do_reset": 1, **self.fields, "entry": self.entry}
        names["verdict"] = re.sub(r' ".*| suppressed.*| snmp.*', "", self.outcome)
        names["lines"] = self.outcome.count('"') // 2
        found = re.search(r"suppressed=(\d+)", self.outcome)
        names["suppressed"] = int(found[1]) if found else 0
        names["age"] = (names["now"] - names["lsndtime"]) % 2**32
        return names

    def text(self, changed):
        fields = {**self.fields, **changed}
        return "1.0 {} {}\n  => {}\n".format(
            self.entry, " ".join(f"{k}={v}" for k, v in fields.items()), self.outcome)


class Trace:
    def __init__(self, path):
        self.path, self.decisions, self.kernel, self.cpus, self.lost = path, [], "", 0, 0
        settings, scenario = {}, ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            words = line.split()
            if not words:
                continue
            if words[0] == "kernel":
                self.kernel, self.cpus = words[1], int(words[words.index("cpus") + 1])
            elif words[0] == "set":
                settings |= pairs(words[1:])
            elif words[0] == "lost":
                self.lost += int(words[1])
            elif line.startswith("# scenario "):
                scenario = words[2]
            elif words[0] == "=>":
                self.decisions[-1].outcome = " ".join(words[1:])
            elif words[0][0].isdigit():
                self.decisions.append(Decision(number, line, settings, scenario))


def check(tcpoom, path):
    """The lines of the events that do not agree."""
    run = subprocess.run([tcpoom, "check", path], capture_output=True, text=True, check=False)
    found = re.findall(rf"^{re.escape(str(path))}:(\d+): ", run.stdout, re.M)
    summary = re.search(r"^(\d+) agree, (\d+) fail, (\d+) agree for some", run.stdout, re.M)
    if run.returncode not in (0, 1) or not summary or int(summary[2]) != len(found):
        sys.exit(f"{path}: tcpoom check: {run.stdout[-400:]}{run.stderr}")
    return {int(n) for n in found}, int(summary[3])


def missing(trace, scenarios):
    """What guest/expect demands and the trace does not show."""
    known = {}
    for line in EXPECT.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, least, conditions = line.split(None, 3)
            known[name] = int(least), [c.strip() for c in conditions.split(";")]
    for name in scenarios:
        least, conditions = known[name]
        own = [d.names() for d in trace.decisions if d.scenario == name]
        if len(own) < least:
            yield f"{name}: {len(own)} decisions, and {least} must be made"
        for condition in conditions:
            if not any(eval(condition, {}, names) for names in own):
                yield f"{name}: no decision with {condition}"
    if trace.lost > (LOST_MOST * len(trace.decisions) if trace.cpus > 1 else 0):
        yield f"{trace.lost} events were lost"
    without = sum(not d.outcome for d in trace.decisions)
    if without > trace.cpus + trace.lost:  # one may be under way where the recording ends
        yield f"{without} decisions without an outcome"


def is_racy(tcpoom, trace, at):
    """Whether the outcome is right with a value that came between the probe's reading and the
    kernel's: one that another CPU read before, or anybody after."""
    decision = trace.decisions[at]
    near = [d for d in trace.decisions[max(0, at - 8):at]
            if d.fields["cpu"] != decision.fields["cpu"]] + trace.decisions[at + 1:at + 9]
    for key in SHARED:
        for value in {d.fields[key] for d in near} - {decision.fields[key]}:
            with tempfile.NamedTemporaryFile("w", suffix=".trace") as file:
                file.write(f"# tcpoom trace 1\nkernel {trace.kernel}\n"
                           + decision.text({key: value}))
                file.flush()
                if not check(tcpoom, file.name)[0]:
                    print(f"  racy: {trace.path}:{decision.number}: right if {key} had become {value}")
                    return True
    return False


def main():
    tcpoom, trace = sys.argv[1], Trace(pathlib.Path(sys.argv[2]))
    problems = list(missing(trace, sys.argv[3].split(",")))
    failed, undecided = check(tcpoom, trace.path)
    wrong = [i for i, d in enumerate(trace.decisions) if d.number in failed]
    racy = [i for i in wrong if trace.cpus > 1 and is_racy(tcpoom, trace, i)]
    if undecided:
        problems.append(f"{undecided} decisions agree only for some values of what is unknown")
    if len(wrong) > len(racy):
        problems.append(f"{len(wrong) - len(racy)} decisions differ")
    if len(racy) > RACY_MOST * len(trace.decisions):
        problems.append(f"{len(racy)} decisions are racy, more than {RACY_MOST:.0%}")
    print(f"{trace.kernel}, {trace.cpus} CPU: {len(trace.decisions)} decisions compared, "
          f"{len(wrong) - len(racy)} differ, {len(racy)} racy, {trace.lost} events lost")
    for problem in problems:
        print(f"  {trace.path}: {problem}")
    sys.exit(1 if problems else 0)


main()
