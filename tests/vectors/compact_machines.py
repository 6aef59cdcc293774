#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""compact_machines.py FOLDER: makes the sequences beside this script from golden vectors.

The golden vectors of the rate limiter, the orphan counters and the memory accounting are JSON
Lines, a file for each variant of the real code. Here KIND-inputs.txt has what was done to them, and
KIND-FIRST.txt what those variants did that did the same; FIRST is the first of the kernels that
have one of them, and the file's second line has all. A list of numbers is written in runs:
`7*3` is 7 7 7, `7+2*3` is 7 9 11.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
INPUTS = {
    "ratelimit": ["hz", "bits", "settings", "t", "set", "contended"],
    "percpu": ["cpus", "cpu", "amt"],
    "cache": ["cpus", "hz", "start", "cpu", "amt"],
    "memacct": ["cpus", "reserve", "start", "cpu", "pages"],
}
SKIPPED = {"id", "kind", "ops"}


def runs(numbers):
    """Yields the runs of a list, the longest first come."""
    at = 0
    while at < len(numbers):
        step = numbers[at + 1] - numbers[at] if at + 1 < len(numbers) else 0
        end = at + 1
        while end < len(numbers) and numbers[end] - numbers[end - 1] == step:
            end += 1
        if end - at > 2 or (end - at == 2 and not step):
            yield "%d%s*%d" % (numbers[at], "%+d" % step if step else "", end - at)
            at = end
        else:
            yield str(numbers[at])
            at += 1


def flat(value):
    if isinstance(value, list):
        return [number for part in value for number in flat(part)]
    return [value]


def prepare(sequence):
    """A cached counter's operations as two lists: CPU -1 is a step of time."""
    if "ops" in sequence:
        now = sequence["start"]
        sequence["cpu"], sequence["amt"] = [], []
        for op in sequence["ops"]:
            if not isinstance(op, list):
                op, now = [-1, op - now], op
            sequence["cpu"].append(op[0])
            sequence["amt"].append(op[1])
    return sequence


def lines(sequence, keys):
    yield "sequence %d %s" % (sequence["id"], sequence["kind"])
    for key in keys:
        value = sequence.get(key)
        if key == "printed":
            for call, text in value:
                yield "printed %d %s" % (call, text.rstrip("\n"))
        elif isinstance(value, str):
            if value != "default":
                yield "%s %s" % (key, value)
        elif value is not None:
            yield key + " " + " ".join(runs(flat(value)))


def write(name, head, sequences, keys):
    with open(HERE / (name + ".txt"), "w") as file:
        file.write("# SPDX-License-Identifier: GPL-2.0-only\n%s" % head)
        for sequence in sequences:
            file.writelines(line + "\n" for line in lines(sequence, keys(sequence)))


def compact(what, variants):
    """variants: [(kernels, sequences)], the first with every sequence that there is."""
    inputs = INPUTS[what]
    most = max(variants, key=lambda v: len(v[1]))[1]
    write(what + "-inputs", "", most, lambda s: inputs)
    same = {}
    for kernels, sequences in variants:
        for sequence in sequences:
            given = next(s for s in most if s["id"] == sequence["id"])
            assert all(given.get(key) == sequence.get(key) for key in inputs)
        same.setdefault(json.dumps(sequences), ([], sequences))[0].append(kernels)
    for kernels, sequences in same.values():
        write("%s-%s" % (what, kernels[0][0]),
              "# %s\n" % "; ".join(" ".join(names) for names in kernels), sequences,
              lambda s: [key for key in s if key not in inputs and key not in SKIPPED])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    versions = json.loads((folder / "versions.json").read_text())
    found = {what: [] for what in INPUTS}
    for kind in "ratelimit", "percpu", "memacct":
        for variant in versions[kind + "_variants"]:
            what = "cache" if variant.get("kind") == "cache" else kind
            names = variant["versions"]
            if variant.get("kind") == "lib-only":
                names = ["lib-" + name for name in names]
            path = folder / ("%s-%s.jsonl" % (kind, variant["name"]))
            found[what].append((names, [prepare(json.loads(line)) for line in open(path)]))
    for what, variants in found.items():
        compact(what, variants)


main()
