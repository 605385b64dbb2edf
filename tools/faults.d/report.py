"""Prints the results, and writes them between the marks of a page."""

import os
import re

import rows


def _order(key):
    row, means = key
    return (int(row) if row.isdigit() else 1000, means)


def show(results):
    print()
    for key in sorted(results.tallies, key=_order):
        tally = results.tallies[key]
        state = f"{tally.runs:6} runs, {len(tally.violations)} violations" if tally.runs else "skipped"
        print(f"{key[0]:>3} {key[1]:4} {state:30} {rows.TITLES.get(key[0], '')}")
        for reason in tally.skipped:
            print(f"         skipped: {reason}")
        for violation in tally.violations[:5]:
            print(f"         VIOLATION: {violation}")
    silent = [row for row in rows.TITLES if not any(key[0] == row for key in results.tallies)]
    if silent:
        print(f"rows without a run: {', '.join(silent)}")
    print(f"\nfaults: {results.runs} runs, {len(results.violations)} violations, {results.seconds:.0f} s", flush=True)


def _replace(path, mark, text):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    if not pattern.search(page):
        raise SystemExit(f"tools/faults: {path} has no marks {begin} and {end}")
    page = pattern.sub(lambda _: f"{begin}\n{text}{end}", page)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def write_rows(path, results):
    lines = [f"{results.runs:,} runs in {results.seconds / 60:.0f} minutes on {os.cpu_count()} cores, "
             f"{len(results.violations)} violations.", "",
             "| Row | Fault | Means | Runs | Violations |", "|---|---|---|---|---|"]
    for key in sorted(results.tallies, key=_order):
        tally = results.tallies[key]
        if tally.runs:
            cells = f"{tally.runs:,} | {len(tally.violations)}"
        else:
            cells = f"skipped: {'; '.join(tally.skipped)} | "
        lines.append(f"| {key[0]} | {rows.TITLES.get(key[0], '')} | {key[1]} | {cells} |")
    _replace(path, "results", "\n".join(lines) + "\n")


def write_bugs(path, found):
    lines = ["| Seeded bug | Caught by | Row |", "|---|---|---|"]
    for bug in found:
        lines.append(f"| {bug.sentence} | {bug.caught_by or '**not caught**'} | {bug.row} |")
    _replace(path, "seeded", "\n".join(lines) + "\n")
