"""What all sides share: the reference rows, and the form of an answer."""

import json
import time

TYPES = [
    "order.completed",
    "contact.sent",
    "preference.stated",
    "complaint.opened",
    "optout.recorded",
]
MASK = (1 << 64) - 1

# In the order of the table's columns. An id is two numbers of 64 bits: the rivals store it no smaller as a UUID, and
# cannot take numbers out of one.
COLUMNS = ("pos", "id_high", "id_low", "recorded", "customer", "type", "channel", "amount_cents", "sku", "qty")


def rows(folder, signed=False):
    """The rows of a set of reference events, as tuples in the order of COLUMNS."""
    wrap = (lambda half: half - (1 << 64) if half >> 63 else half) if signed else (lambda half: half)
    with open(f"{folder}/rows.ndjson", "rb") as lines:
        for line in lines:
            row = json.loads(line)
            number = int(row["id"].replace("-", ""), 16)
            yield (
                row["pos"], wrap(number >> 64), wrap(number & MASK), row["recorded"], row["customer"],
                row["type"], row["channel"], row["amount_cents"], row["sku"], row["qty"],
            )


def batches(items, size):
    """Lists of `size` items; the last may be shorter."""
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def customers(folder, count):
    """The first `count` of the customers whose histories are asked for."""
    with open(f"{folder}/histories.txt", encoding="ascii") as lines:
        return [line.split()[0] for _, line in zip(range(count), lines)]


def sums_text(events, amounts, channels, quantities, skus, milliseconds, numbers, types, highs, lows):
    """The answer of a full scan: sums modulo 2^64, times in microseconds."""
    return (
        f"events={events} amount_cents={amounts & MASK} channel={channels & MASK} qty={quantities & MASK}"
        f" sku={skus & MASK} time={milliseconds * 1000 & MASK} customer={numbers & MASK}"
        f" type={types & MASK} id_high={highs & MASK} id_low={lows & MASK}"
    )


def lengths_text(events, numbers, milliseconds, texts):
    """The answer of a scan that looks at the length of texts only. `numbers` is the sum of all others."""
    return f"events={events} numbers={numbers + milliseconds * 1000 & MASK} bytes={texts}"


def type_text(events, worth, last):
    """The answer of a scan of one type."""
    return f"events={events} worth={worth or 0} last={(last or 0) * 1000}"


def history_line(customer, events, amounts, last):
    """One line of the answer about histories."""
    return f"{customer} {events} {amounts or 0} {(last or 0) * 1000}"


def timed_histories(names, ask):
    """Asks for one customer after the other: `ask` gives (events, amounts, last). Each is timed."""
    lines, times, events = [], [], 0
    for name in names:
        begin = time.perf_counter()
        count, amounts, last = ask(name)
        times.append(time.perf_counter() - begin)
        lines.append(history_line(name, count, amounts, last))
        events += count
    return {
        "seconds": sum(times), "events": events, "answer": "\n".join(lines), "latencies": quantiles(times),
    }


def timed_appends(groups, append):
    """Appends one group after the other; each is durable when `append` returns, and is timed."""
    times, events = [], 0
    for group in groups:
        begin = time.perf_counter()
        append(group)
        times.append(time.perf_counter() - begin)
        events += len(group)
    return {"seconds": sum(times), "events": events, "latencies": quantiles(times)}


def quantiles(times):
    """Median, 99th percentile and maximum, in microseconds."""
    ordered = sorted(times)
    places = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100, "max": len(ordered) - 1}
    return {name: round(ordered[min(place, len(ordered) - 1)] * 1e6, 1) for name, place in places.items()}
