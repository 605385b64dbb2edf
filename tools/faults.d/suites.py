"""Runs the campaigns of the simulated disk, which are Swift tests, and reads what they print of each row."""

import os
import re
import subprocess

FILTERS = [f"LogEngineTests.{name}" for name in (
    "Fault", "CrashCampaign", "Damage", "Lifecycle", "AppendTests/aFullQueue", "ReaderTests", "SegmentRoundTrip")] + ["rapportTests.PolledReader"]
# What measures the memory of its process runs in one of its own.
ALONE = "LogEngineTests.FaultDamageTests/forgedSizesAskForNoMemoryAndTrapNothing"
LINE = re.compile(r"^fault-row (\w+) (\w+) runs (\d+) violations (\d+)(?: (.*))?$")


def command(filters, scratch=None, without=None, tests=None):
    words = [tests, "--testing-library", "swift-testing"] if tests else ["swift", "test", "--skip-build", "--disable-xctest"]
    words += ["--experimental-maximum-parallelization-width", str(os.cpu_count() or 2)]
    if scratch:
        words += ["--scratch-path", scratch]
    for name in filters:
        words += ["--filter", name]
    if without:
        words += ["--skip", without]
    return words


def run(campaign, tests=None):
    """Runs the suites at the campaign's size, by swift test or by a test program that was built before."""
    _run(campaign, command(FILTERS, without=ALONE, tests=tests))
    _run(campaign, command([ALONE], tests=tests))


def _run(campaign, words):
    environment = dict(os.environ, RAPPORT_CAMPAIGN="full" if campaign.full else "small",
                       RAPPORT_TEST_SEED=str(campaign.seed))
    done = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    issues = []
    for line in done.stdout:
        if match := LINE.match(line.strip()):
            row, means, runs, violations, name = match.groups()
            if not campaign.wants(row):
                continue
            tally = campaign.results.of(row, means)
            tally.runs += int(runs)
            if int(violations):
                tally.violations.append(f"{name}: {violations} violations")
        elif "recorded an issue" in line or "Fatal error" in line or "failed after" in line or line.startswith("\u21b3 "):
            issues.append(line.rstrip())
    status = done.wait()
    for line in issues[:40] if status != 0 else []:
        print(line, flush=True)
    if status != 0 and not campaign.results.violations:
        campaign.results.of("S", "SIM").violations.append(f"the suites ended with exit status {status}")
