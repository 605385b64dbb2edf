"""Gathers the runs of all rows, and makes them, as many at once as there are cores."""

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


def run(full, rows, keep, with_suites=True):
    """Runs the campaign and returns its results."""
    if not os.path.exists(binary()):
        _build(["--product", "rapport"])
    results = Results(full)
    place = tempfile.mkdtemp(prefix="rapport-faults-")
    os.chmod(place, 0o755)
    try:
        campaign = Campaign(Program(binary()), full, rows, results, place)
        print(f"faults: RAPPORT_TEST_SEED={campaign.seed} chooses the runs", flush=True)
        for part in (traces, processes, disks):
            _run_part(campaign, part, keep)
        if with_suites:
            suites.run(campaign)
    finally:
        if not (keep and results.violations):
            shutil.rmtree(place, ignore_errors=True)
    results.seconds = time.monotonic() - results.begun
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
