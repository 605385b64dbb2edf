"""The same reference events in Rapport and in its rivals, side by side in one run. Started by tools/bench-rivals.

Every measure is a process of its own, so that it starts cold and its peak memory is its own. Sides alternate; the median of
the rounds counts. No time is printed where an answer is not that of the generator.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import sys
import tempfile

import machine
import report
from sides import Rapport, Rival, SideError

# How many customers each side is asked about: as many as it answers in a bearable time.
PICKS = {"rapport": 1_000, "parquet-lz4": 20, "parquet-zstd": 20, "sqlite": 1_000, "ndjson": 1, "eventsourcing": 200}
BATCH = 512
LIBRARY_EVENTS = 20_000


def log(text):
    print(text, file=sys.stderr, flush=True)


class Run:
    def __init__(self, options):
        self.options = options
        self.folder = os.path.join(options.folder, "bench-rivals")
        self.failures = []
        self.sync = []
        self.builds = set()
        work = os.path.join(self.folder, "work")
        os.makedirs(work, exist_ok=True)
        self.rapport = Rapport(options.bench, work)
        self.one, self.many = (Rapport(options.bench, work, writers) for writers in (1, 64))
        self.parquets = [Rival("parquet-lz4", "DuckDB, Parquet lz4"), Rival("parquet-zstd", "DuckDB, Parquet zstd")]
        self.sqlite = Rival("sqlite", "SQLite")
        self.ndjson = Rival("ndjson", "NDJSON + zstd")
        self.library = Rival("eventsourcing", "eventsourcing (Python)")
        self.duckdb = Rival("duckdb", "DuckDB")

    # Sets of reference events, and what each side makes of them.

    def make_sets(self):
        """`all` is what everyone stores; the Python library bears less; appends take the first events of `all`."""
        count = self.options.events
        few = min(count, LIBRARY_EVENTS)
        sizes = {
            "all": (count, count // 10), "library": (few, few // 10),
            "batches": (min(200_000, max(1_000, count // 4)), count // 10),
            "singles": (min(20_000, max(200, count // 50)), count // 10),
        }
        self.sets = {
            name: {"events": events, "customers": customers, "seed": self.options.seed}
            for name, (events, customers) in sizes.items()
        }
        for name, reference in self.sets.items():
            self._once(name, "files", [self.rapport.fingerprint(), reference], lambda name=name, reference=reference: (
                self.rapport.files(self._path(name), reference, 1_000)))

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _once(self, name, what, key, make):
        """What `make` gives; from an earlier run with --keep where `key` says that it is the same."""
        note = os.path.join(self._path(name), f"made-{what}.json")
        key = json.loads(json.dumps(key))
        if os.path.exists(note):
            with open(note, encoding="utf-8") as kept:
                kept = json.load(kept)
            if kept["key"] == key:
                return kept["result"]
        log(f"  {what} of {name}")
        result = make()
        with open(note, "w", encoding="utf-8") as output:
            json.dump({"key": key, "result": result}, output)
        return result

    def make_stores(self):
        """Each side's form of the events, and how many bytes it takes. Off every clock but its own."""
        stores = []
        sides = [(self.rapport, "all")] + [(side, "all") for side in (*self.parquets, self.sqlite, self.ndjson)]
        for side, name in sides + [(self.library, "library")]:
            reference = self.sets[name]
            made = self._once(
                name, side.key, [side.fingerprint(), reference], lambda: self._make(side, name, reference))
            stores.append({"title": side.title, "events": reference["events"]} | made)
        return stores

    def _make(self, side, name, reference):
        for leftover in {"rapport": ["ledger"], "sqlite": ["rows.sqlite"],
                         "eventsourcing": [f"eventsourcing.sqlite{end}" for end in ("", "-wal", "-shm")]}.get(side.key, []):
            path = os.path.join(self._path(name), leftover)
            shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
        return side.make(self._path(name), reference)

    # Measuring.

    def expected(self, name, measure, picks):
        """The generator's answer."""
        with open(os.path.join(self._path(name), "answers.json"), encoding="utf-8") as answers:
            answers = json.load(answers)
        if measure != "history":
            return answers["scan" if measure == "append" else measure]
        with open(os.path.join(self._path(name), "histories.txt"), encoding="ascii") as lines:
            return "".join(line for _, line in zip(range(picks), lines)).rstrip("\n")

    def measure(self, title, remark, unit, entries, dropped=False):
        """Runs all entries of a measure in turn, as often as there are rounds."""
        log(title)
        outcome = {"title": title, "remark": remark, "unit": unit, "entries": []}
        results = [[] for _ in entries]
        for _ in range(self.options.rounds):
            for place, (side, measure, name, number) in enumerate(entries):
                if dropped and not machine.drop_caches():
                    self.failures.append(f"{title}: this process may not empty the page cache")
                    return outcome
                result = self._ask(title, side, measure, name, number)
                if result is None:
                    return outcome
                results[place].append(result)
        outcome["entries"] = [self._entry(entry, given) for entry, given in zip(entries, results)]
        return outcome

    def _ask(self, title, side, measure, name, number):
        numbers = {"append": {"batch": number}, "history": {"picks": number}}.get(measure, {})
        expected = self.expected(name, measure, number)
        try:
            result = side.ask(measure, self._path(name), self.sets[name], **numbers)
            if result["answer"] != expected:
                raise SideError(f"answers\n{result['answer'][:500]}\nand must answer\n{expected[:500]}")
        except SideError as error:
            self.failures.append(f"{title}: {side.title}: {error}")
            log(f"  wrong: {side.title}: {error}")
            return None
        if result.get("sync"):
            self.sync.append(result["sync"])
        if result.get("build"):
            self.builds.add(result["build"])
        return result

    def _entry(self, entry, results):
        side, measure, name, number = entry
        events = self.sets[name]["events"]
        of = f"{events:,} events"
        if measure == "history":
            answer = results[0]["answer"].splitlines()
            events = sum(int(line.split()[1]) for line in answer)
            of = f"{len(answer):,} customer{'s' if len(answer) > 1 else ''}"
        seconds = [result["seconds"] for result in results]
        middle = max(statistics.median(seconds), 1e-9)
        latencies = [result["latencies"] for result in results if result.get("latencies")]
        log(f"  {side.title}: {middle:.3f} s")
        return {
            "side": side.key, "title": side.title, "of": of, "events": events, "rounds": seconds,
            "seconds": middle, "rate": events / middle,
            "latencies": {
                key: statistics.median(times[key] for times in latencies) for key in latencies[0]} if latencies else None,
            "peakMemoryBytes": max(result["peakMemoryBytes"] for result in results),
            "answer": hashlib.sha256(results[0]["answer"].encode()).hexdigest(),
        }

    def measure_all(self):
        stored = [(side, "all") for side in (self.rapport, *self.parquets, self.sqlite, self.ndjson)]
        stored.append((self.library, "library"))
        scans = {
            measure: [(side, measure, name, 0) for side, name in stored] for measure in ("scan", "type")}
        histories = [
            (side, "history", name, min(PICKS[side.key], self.sets[name]["customers"])) for side, name in stored]
        lengths = [scans["scan"][0]] + [(side, "lengths", "all", 0) for side in self.parquets]
        appenders = [self.many, self.one, self.sqlite, self.duckdb, self.ndjson, self.library]

        def appends(name, batch):
            return [(side, "append", name, batch) for side in appenders]

        measures = [
            self.measure("Durable append, single events.", "Each acknowledged after its sync.", "events/s",
                         appends("singles", 1)),
            self.measure(f"Durable append, batches of {BATCH}.", "One sync each.", "events/s",
                         appends("batches", BATCH)),
        ]
        machine.warm(self._path("all"))
        measures += [
            self.measure("Full scan.", "New process, warm page cache; every value as a number.", "events/s",
                         scans["scan"]),
            self.measure("Full scan, texts by length.", "The rivals read texts without making numbers of them;"
                         " Rapport as above.", "events/s", lengths),
            self.measure("Scan of one type, 3 % of the events.", "New process, warm page cache.", "events passed/s",
                         scans["type"]),
            self.measure("One customer's history.", "New process, warm page cache; random customers, one after the"
                         " other, each for the first time.", "events/s", histories),
        ]
        if not self.options.warm:
            measures.append(
                self.measure("One customer's history, page cache dropped.",
                             "The same, after the page cache was emptied.", "events/s", histories, dropped=True))
        return measures

    def outcome(self):
        environment = machine.environment(self.folder, self.options.swift)
        self.make_sets()
        stores = self.make_stores()
        measures = self.measure_all()
        environment["swift"] += f" ({', '.join(sorted(self.builds))} build)"
        return {
            "environment": environment,
            "versions": [side.version() for side in (self.duckdb, self.sqlite, self.ndjson, self.library)],
            "parameters": {name: reference["events"] for name, reference in self.sets.items()}
            | {"customers": self.sets["all"]["customers"], "seed": self.options.seed, "rounds": self.options.rounds,
               "batch": BATCH},
            "fdatasyncMicroseconds": {
                key: round(statistics.median(sync[key] for sync in self.sync), 1) for key in ("p50", "p99")}
            if self.sync else None,
            "stores": stores, "measures": measures, "failures": self.failures,
        }


def arguments(prog):
    """The options of a benchmark, and the folder that was made for it, if none was named."""
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--swift", default="Swift of unknown version")
    parser.add_argument("--folder")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--warm", action="store_true")
    options = parser.parse_args()
    made = None if options.folder else tempfile.mkdtemp(prefix="rapport-rivals.")
    options.folder = options.folder or made
    return options, made


def main():
    options, made = arguments("tools/bench-rivals")
    run = Run(options)
    try:
        outcome = run.outcome()
        print(json.dumps(outcome) if options.json else report.markdown(outcome))
    except SideError as error:
        log(f"tools/bench-rivals: {error}")
        return 1
    finally:
        if options.keep:
            log(f"kept: {run.folder}")
        else:
            shutil.rmtree(made or run.folder)
    return 1 if outcome["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
