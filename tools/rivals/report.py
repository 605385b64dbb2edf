"""The outcome as a page of Markdown."""


def _number(value):
    """Three digits that count; without an exponent."""
    if value >= 1_000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.6f}"


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" if not i else "--:" for i in range(len(head))) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def markdown(outcome):
    """The whole report. `outcome` is what --json prints."""
    lines = _environment(outcome) + [""] + _sizes(outcome)
    for measure in outcome["measures"]:
        lines += ["", f"**{measure['title']}** {measure['remark']}", ""]
        lines += _measure(measure)
    for failure in outcome["failures"]:
        lines += ["", f"WRONG: {failure}"]
    return "\n".join(lines)


def _environment(outcome):
    told = outcome["environment"]
    sync = outcome.get("fdatasyncMicroseconds") or {}
    return [
        f"{told['date']}; {told['processor']}, {told['cores']} cores, {told['memory']}, Linux {told['kernel']},"
        f" {told['fileSystem']}; load average before the run {told['loadAverage']}.",
        f"{told['swift']}; {'; '.join(outcome['versions'])}; Python {told['python']}.",
        f"fdatasync of 4 KiB into reserved space, 500 times: median {sync.get('p50', '?')} µs,"
        f" p99 {sync.get('p99', '?')} µs.",
        "Parameters: " + ", ".join(f"{name} {value:,}" for name, value in outcome["parameters"].items()) + ".",
    ]


def _sizes(outcome):
    base = outcome["stores"][0]
    rows = []
    for store in outcome["stores"]:
        per = store["bytes"] / store["events"]
        rows.append([
            store["title"], f"{store['events']:,}", f"**{per:.1f}**",
            f"{per / (base['bytes'] / base['events']):.2f}",
            "; ".join(f"{name} {size / store['events']:.1f}" for name, size in store.get("others", {}).items()),
            f"{store['seconds']:.1f} s",
        ])
    head = ["Bytes an event", "events", "bytes", "÷ Rapport", "besides", "made in"]
    return _table(head, rows)


def _measure(measure):
    if not measure["entries"]:
        return ["(no time: an answer is wrong, or it could not be measured)"]
    base = measure["entries"][0]
    rows = []
    for entry in measure["entries"]:
        latencies = entry.get("latencies") or {}
        rows.append([
            entry["title"], entry["of"], f"{_number(entry['seconds'])} s", _number(entry["rate"]),
            "" if entry is base else f"{_number(base['rate'] / entry['rate'])}",
            " / ".join(_number(latencies[name] / 1000) for name in ("p50", "p99", "max")) if latencies else "",
            f"{entry['peakMemoryBytes'] / 2**20:.0f} MiB",
        ])
    head = ["", "of", "median", measure["unit"], f"{base['title']} ÷ this", "p50 / p99 / max, ms", "peak memory"]
    return _table(head, rows)
