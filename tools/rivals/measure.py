"""One measure of one rival, in a process of its own: prints one line of JSON.

    measure.py SIDE MEASURE FOLDER [NUMBER]

FOLDER holds a set of reference events and what was made of it. NUMBER is the batch of an append, or how many customers.
"""

import importlib
import json
import sys
import tempfile

SIDES = {
    "parquet-lz4": ("duckdb_side", "Parquet", ["lz4"]),
    "parquet-zstd": ("duckdb_side", "Parquet", ["zstd"]),
    "duckdb": ("duckdb_side", None, []),
    "sqlite": ("sqlite_side", "Table", []),
    "ndjson": ("ndjson_side", "Lines", []),
    "eventsourcing": ("eventsourcing_side", "Store", []),
}


def peak_memory():
    """Most memory that this process has held. (What getrusage says may be the parent's.)"""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def run(side, measure, folder, number):
    name, store, arguments = SIDES[side]
    module = importlib.import_module(name)
    if measure == "version":
        return {"version": module.VERSION}
    if measure == "append":
        with tempfile.TemporaryDirectory(dir=folder) as work:
            return module.Appending(folder, work).append(number)
    chosen = getattr(module, store)(folder, *arguments)
    return chosen.history(number) if measure == "history" else getattr(chosen, measure)()


if __name__ == "__main__":
    result = run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    print(json.dumps(result | {"peakMemoryBytes": peak_memory()}))
