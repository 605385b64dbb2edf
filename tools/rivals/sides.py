"""The sides of the comparison: each measure of each is a program that answers with one line of JSON."""

import hashlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class SideError(Exception):
    """A program that failed, or an answer that is not what it must be."""


def run(command):
    """The JSON that a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SideError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


class Rival:
    """A store of somebody else's."""

    def __init__(self, key, title):
        self.key = key
        self.title = title

    def _run(self, measure, folder, number=0):
        return run([sys.executable, os.path.join(HERE, "measure.py"), self.key, measure, folder, str(number)])

    def version(self):
        return self._run("version", ".")["version"]

    def fingerprint(self):
        return self.version()

    def make(self, folder, _):
        return self._run("make", folder)

    def ask(self, measure, folder, _, **numbers):
        return self._run(measure, folder, next(iter(numbers.values()), 0))


class Rapport:
    """`rapport-bench`. `writers` is how many appends are on their way at once."""

    key = "rapport"

    def __init__(self, program, work, writers=None):
        self.program = program
        self.work = work
        self.writers = writers
        self.title = "Rapport" if writers is None else f"Rapport, {writers} writer{'s' if writers > 1 else ''}"

    def fingerprint(self):
        with open(self.program, "rb") as program:
            return hashlib.sha256(program.read()).hexdigest()

    def _run(self, name, folder, parameters):
        words = [f"{key}={value}" for key, value in parameters.items()]
        return run([self.program, name, "--folder", self.work, "--data", folder, *words])

    def files(self, folder, reference, picks):
        """Writes the set of reference events that every side reads."""
        return self._run("reference-files", folder, reference | {"picks": picks})

    def make(self, folder, reference):
        report = self._run("reference-ledger", folder, reference)
        results = report["results"]
        return {
            "bytes": results["logBytes"], "seconds": results["make"]["seconds"],
            "others": {"with what is derived": results["ledgerBytes"]},
            "peakMemoryBytes": report["peakMemoryBytes"],
        }

    def ask(self, measure, folder, reference, **numbers):
        if measure == "append":
            numbers["writers"] = self.writers or 1
        report = self._run(f"rivals-{measure}", folder, reference | numbers)
        results = report["results"]
        clock = results["append" if measure == "append" else "read"]
        return {
            "seconds": clock["seconds"], "answer": report["hash"],
            "latencies": results.get("appendMicroseconds") or results.get("historyMicroseconds"),
            "peakMemoryBytes": report["peakMemoryBytes"], "build": report["machine"]["build"],
            "threads": results.get("threads"), "sync": results.get("fdatasyncMicroseconds"),
        }
