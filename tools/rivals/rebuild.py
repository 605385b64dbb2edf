"""Four read models rebuilt from the same reference events, side by side: by Rapport into SQLite files, by DuckDB over Parquet
into a database file. Started by `tools/bench-rivals rebuild`.

On the clock is everything from the start of the fold to the files being durable; sides alternate, and the median of the
rounds counts. The rows of both are compared one by one, and no time is printed where they differ.
"""

import json
import os
import shutil
import sqlite3
import statistics
import sys

import duckdb

import machine
import views
from rows import Run, arguments, log
from sides import SideError


class Rebuild(Run):
    """Makes what both sides read, and measures."""

    def make(self):
        count = self.options.events
        reference = {"events": count, "customers": count // 10, "seed": self.options.seed}
        self.sets = {"all": reference}
        self._once("all", "files", [self.rapport.fingerprint(), reference],
                   lambda: self.rapport.files(self._path("all"), reference, 1_000))
        for side in (self.rapport, self.parquets[1]):
            self._once("all", side.key, [side.fingerprint(), reference], lambda side=side: self._make(side, "all", reference))

    def rounds(self):
        folder, reference = self._path("all"), self.sets["all"]
        machine.warm(folder)
        times = {"rapport": [], "duckdb": []}
        peaks = {"rapport": 0, "duckdb": 0}
        for _ in range(self.options.rounds):
            for key, side, measure in (("rapport", self.rapport, "rebuild"), ("duckdb", self.parquets[1], "views")):
                result = side.ask(measure, folder, reference)
                times[key].append(result["seconds"])
                peaks[key] = max(peaks[key], result["peakMemoryBytes"])
                log(f"  {key}: {result['seconds']:.3f} s")
        return times, peaks

    def compare(self):
        """How many rows of each view are the same. Throws where one is not."""
        found = {}
        rival = duckdb.connect(os.path.join(self._path("all"), views.FILE), read_only=True)
        for name, (model, query) in views.EXPORTS.items():
            ours = sqlite3.connect(f"file:{self._path('all')}/views/{model}.sqlite?mode=ro", uri=True)
            rows = rival.execute(f"SELECT * FROM {name} ORDER BY {views.KEYS[name]}")
            count = 0
            for row in ours.execute(query):
                other = rows.fetchone()
                if other is None or tuple(row) != tuple(other):
                    raise SideError(f"{name}, row {count}: Rapport has {row}, DuckDB {other}")
                count += 1
            if rows.fetchone() is not None:
                raise SideError(f"{name}: DuckDB has more than {count} rows")
            found[name] = count
        return found


def markdown(outcome):
    lines = [
        f"{outcome['events']:,} events, {outcome['customers']:,} customers; {outcome['environment']['processor']}.", "",
        "| Side | Seconds (median) | Rounds | Peak memory |", "|---|---|---|---|",
    ]
    for key, title in (("rapport", "Rapport, SQLite files"), ("duckdb", f"{outcome['version']}, Parquet zstd")):
        side = outcome[key]
        rounds = ", ".join(f"{seconds:.2f}" for seconds in side["rounds"])
        lines.append(f"| {title} | {side['seconds']:.2f} | {rounds} | {side['peakMemoryBytes'] / 1e6:,.0f} MB |")
    rows = ", ".join(f"{name} {count:,}" for name, count in outcome["rows"].items())
    return "\n".join(lines + ["", f"Rows, all equal: {rows}.", f"Ratio {outcome['ratio']:.3f} (Rapport / DuckDB)."])


def main():
    options, made = arguments("tools/bench-rivals rebuild")
    run = Rebuild(options)
    try:
        environment = machine.environment(run.folder, options.swift)
        run.make()
        times, peaks = run.rounds()
        middle = {key: statistics.median(seconds) for key, seconds in times.items()}
        outcome = {
            "environment": environment, "version": run.duckdb.version(), "events": options.events,
            "customers": run.sets["all"]["customers"], "rows": run.compare(),
            **{key: {"seconds": middle[key], "rounds": times[key], "peakMemoryBytes": peaks[key]} for key in times},
            "ratio": round(middle["rapport"] / middle["duckdb"], 4),
        }
        if not options.json:
            print(markdown(outcome))
        print(json.dumps(outcome))
        return 0
    except SideError as error:
        log(f"tools/bench-rivals: {error}")
        return 1
    finally:
        if options.keep:
            log(f"kept: {run.folder}")
        else:
            shutil.rmtree(made or run.folder)


if __name__ == "__main__":
    sys.exit(main())
