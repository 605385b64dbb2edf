"""Gathers the runs of all rows, and makes them, as many at once as there are cores."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import disks
import processes

import suites
import traces
from ledgers import Program, Skip, Violation


PARTS = ("traces", "processes", "disks", "suites")


class Tally:
    """What is known of one row by one means."""

    def __init__(self):
        self.runs, self.violations, self.skipped, self.seconds = 0, [], [], 0.0


class Results:
    """All tallies, by row and means."""

    def __init__(self, full):
        self.full, self.tallies, self.begun, self.seconds = full, OrderedDict(), time.monotonic(), 0.0

    def of(self, row, means):
        return self.tallies.setdefault((str(row), means), Tally())

    def read(self, path):
        """Adds what parts of the campaign found before."""
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        self.seconds = state["seconds"]
        for found in state["tallies"]:
            tally = self.of(found["row"], found["means"])
            tally.runs += found["runs"]
            tally.violations += found["violations"]
            tally.skipped += found["skipped"]

    def write(self, path):
        tallies = [{"row": row, "means": means, "runs": t.runs, "violations": t.violations, "skipped": t.skipped}
                   for (row, means), t in self.tallies.items()]
        with open(path + ".tmp", "w", encoding="utf-8") as file:
            json.dump({"seconds": self.seconds, "tallies": tallies}, file, indent=1)
        os.replace(path + ".tmp", path)

    @property
    def runs(self):
        return sum(t.runs for t in self.tallies.values())

    @property
    def violations(self):
        return [(row, v) for (row, _), t in self.tallies.items() for v in t.violations]


class Campaign:
    """What the parts that make runs are given."""

    def __init__(self, program, full, wanted, results, place):
        self.program, self.full, self.wanted, self.results, self.place = program, full, wanted, results, place
        self.seed = int(os.environ.get("RAPPORT_TEST_SEED", random.randrange(1 << 32)))
        self.random = random.Random(self.seed)

    def wants(self, *rows):
        return self.wanted is None or any(str(row) in self.wanted for row in rows)

    def folder(self, name):
        path = os.path.join(self.place, name)
        os.makedirs(path)
        return path

    def some(self, points, share):
        """All of them in a full run; else one in `share`, another choice each time."""
        if self.full:
            return points
        return self.random.sample(points, max(1, len(points) // share))

    def size(self, small, full):
        return full if self.full else small

    def skip(self, row, means, reason):
        if self.wants(row):
            tally = self.results.of(row, means)
            if reason not in tally.skipped:
                tally.skipped.append(reason)
                print(f"row {row}, {means}: skipped: {reason}", flush=True)


def _build(what):
    subprocess.run(["swift", "build", *what], check=True)


def binary(name="rapport"):
    found = subprocess.run(["swift", "build", "--show-bin-path"], capture_output=True, text=True, check=True)
    return os.path.join(found.stdout.strip(), name)


def run(full, rows, keep, parts=PARTS, program=None, state=None, tests=None):
    """Runs the parts of the campaign and returns its results, with those of earlier parts where `state` names a file."""
    if program is None:
        program = binary()
        if not os.path.exists(program):
            _build(["--product", "rapport"])
    results = Results(full)
    if state:
        results.read(state)
    before = results.seconds
    place = tempfile.mkdtemp(prefix="rapport-faults-")
    os.chmod(place, 0o755)
    try:
        campaign = Campaign(Program(program), full, rows, results, place)
        print(f"faults: RAPPORT_TEST_SEED={campaign.seed} chooses the runs", flush=True)
        for part in (traces, processes, disks):
            if part.__name__ in parts:
                _run_part(campaign, part, keep)
        if "suites" in parts:
            suites.run(campaign, tests)
    finally:
        if not (keep and results.violations):
            shutil.rmtree(place, ignore_errors=True)
    results.seconds = before + time.monotonic() - results.begun
    if state:
        results.write(state)
    return results


def _run_part(campaign, part, keep):
    begin, before = time.monotonic(), campaign.results.runs
    try:
        jobs = [job for job in part.jobs(campaign) if campaign.wants(job[0])]
    except Skip as reason:
        for row, means in part.ROWS:
            campaign.skip(row, means, str(reason))
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda pair: _run_one(campaign, pair[0], pair[1], keep), enumerate(jobs)))
    count = campaign.results.runs - before
    print(f"{part.__name__}: {count} runs, {time.monotonic() - begin:.0f} s", flush=True)


def _run_one(campaign, number, job, keep):
    row, means, name, body = job
    tally = campaign.results.of(row, means)
    folder = tempfile.mkdtemp(prefix=f"run-{number}-", dir=campaign.place)
    os.chmod(folder, 0o755)
    begin = time.monotonic()
    failed = True
    try:
        count = body(folder)
        tally.runs += count or 1
        failed = False
    except Skip as reason:
        campaign.skip(row, means, str(reason))
        failed = False
    except Violation as violation:
        tally.runs += 1
        tally.violations.append(f"{name}: {violation}")
        print(f"row {row}, {means}: VIOLATION: {name}: {violation}", flush=True)
    except Exception:  # noqa: BLE001: whatever stops a run must not be taken for a good one
        tally.runs += 1
        tally.violations.append(f"{name}: the run itself failed")
        traceback.print_exc(file=sys.stdout)
    tally.seconds += time.monotonic() - begin
    if not (failed and keep):
        shutil.rmtree(folder, ignore_errors=True)
    elif failed:
        print(f"kept: {folder}", flush=True)
