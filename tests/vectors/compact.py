#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""compact.py FOLDER: makes the files beside this script from a folder of golden vectors.

The golden vectors are CSV files: decide-inputs.csv and callers-inputs.csv with states, and for each
kernel decide-KERNEL.csv and callers-KERNEL.csv with what its real code did. Here each kernel's file
is a legend of the outcomes that occur, a character each, and then one character for each state in
the order of the inputs; '.' where the kernel has no row.
"""
import csv
import string
import sys
from pathlib import Path

LETTERS = string.ascii_letters + string.digits + string.punctuation.replace(".", "").replace("#", "")
DROPPED = {"group", "min_sndbuf_dyn", "ub"}
HERE = Path(__file__).parent


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_inputs(path):
    inputs = rows(path)
    columns = [c for c in inputs[0] if c not in DROPPED]
    with open(HERE / path.name, "w", newline="") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(inputs)
    return [row["id"] for row in inputs]


def write_outcomes(path, ids):
    columns = None
    legend, outcome = {}, {}
    for row in rows(path):
        columns = columns or [c for c in row if c not in DROPPED | {"id"}]
        row = {c: v.replace("<6>", "").replace("\\n", "") for c, v in row.items()}
        what = ",".join(row[c] for c in columns)
        outcome[row["id"]] = legend.setdefault(what, LETTERS[len(legend)])
    text = "".join(outcome.get(id, ".") for id in ids)
    with open(HERE / (path.stem + ".txt"), "w") as file:
        file.write("# SPDX-License-Identifier: GPL-2.0-only\n# %s\n" % ",".join(columns))
        for what, letter in legend.items():
            file.write("%s %s\n" % (letter, what))
        file.write("\n")
        for i in range(0, len(text), 100):
            file.write(text[i:i + 100] + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    for what in "decide", "callers":
        ids = write_inputs(folder / (what + "-inputs.csv"))
        for path in sorted(folder.glob(what + "-*.csv")):
            if path.name != what + "-inputs.csv":
                write_outcomes(path, ids)


main()
