"""The Python library `eventsourcing` on SQLite: events of a customer as its aggregate's, stored its own way."""

import os
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.utils import get_topic

import common

VERSION = f"eventsourcing {version('eventsourcing')}"
_NAMES = uuid.UUID(int=0)
_PAGE = 1_000


@dataclass(frozen=True)
class Fact(DomainEvent):
    """What an event holds besides customer, number within the customer, and time."""

    id: str
    customer: str
    channel: int
    amount_cents: int
    sku: str
    qty: int


class OrderCompleted(Fact):
    pass


class ContactSent(Fact):
    pass


class PreferenceStated(Fact):
    pass


class ComplaintOpened(Fact):
    pass


class OptoutRecorded(Fact):
    pass


_CLASSES = [OrderCompleted, ContactSent, PreferenceStated, ComplaintOpened, OptoutRecorded]


def _milliseconds(fact):
    return round(fact.timestamp.timestamp() * 1_000)


def _facts(folder):
    versions = {}
    for _, high, low, recorded, customer, kind, channel, amount, sku, quantity in common.rows(folder):
        versions[customer] = versions.get(customer, 0) + 1
        yield _CLASSES[common.TYPES.index(kind)](
            originator_id=uuid.uuid5(_NAMES, customer), originator_version=versions[customer],
            timestamp=datetime.fromtimestamp(recorded / 1_000, timezone.utc), customer=customer,
            id=str(uuid.UUID(int=high << 64 | low)), channel=channel, amount_cents=amount, sku=sku, qty=quantity,
        )


def _application(path):
    return Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})


def _all(application, topics=()):
    """Every event in order of its notification, a page at a time."""
    start = 1
    while True:
        page = application.recorder.select_notifications(start, _PAGE, topics=topics)
        if not page:
            return
        yield from map(application.mapper.to_domain_event, page)
        start = page[-1].id + 1


def _sums(application):
    sums = [0] * 10
    for fact in _all(application):
        number = uuid.UUID(fact.id).int
        for place, value in enumerate((
            1, fact.amount_cents, fact.channel, fact.qty, int(fact.sku[3:]), _milliseconds(fact),
            int(fact.customer[1:]), _CLASSES.index(type(fact)), number >> 64, number & common.MASK,
        )):
            sums[place] += value
    return sums


class Store:
    def __init__(self, folder):
        self.folder = folder
        self.path = f"{folder}/eventsourcing.sqlite"
        self.application = _application(self.path)

    def make(self):
        begin = time.perf_counter()
        for group in common.batches(_facts(self.folder), 512):
            self.application.events.put(group)
        self.application.close()
        return {"bytes": os.path.getsize(self.path), "seconds": time.perf_counter() - begin}

    def scan(self):
        begin = time.perf_counter()
        sums = _sums(self.application)
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "events": sums[0], "answer": common.sums_text(*sums)}

    def type(self):
        begin = time.perf_counter()
        count = worth = last = 0
        for fact in _all(self.application, topics=[get_topic(OptoutRecorded)]):
            count += 1
            worth += fact.amount_cents * fact.qty
            last = max(last, _milliseconds(fact))
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "events": count, "answer": common.type_text(count, worth, last)}

    def history(self, picks):
        def ask(name):
            facts = list(self.application.events.get(uuid.uuid5(_NAMES, name)))
            last = max(map(_milliseconds, facts), default=0)
            return len(facts), sum(fact.amount_cents for fact in facts), last

        return common.timed_histories(common.customers(self.folder, picks), ask)


class Appending:
    """Its own transactions: write-ahead log, SQLite's default of a sync with each."""

    def __init__(self, folder, work):
        self.folder = folder
        self.path = f"{work}/appended.sqlite"

    def append(self, batch):
        application = _application(self.path)
        groups = list(common.batches(_facts(self.folder), batch))
        result = common.timed_appends(groups, application.events.put)
        return result | {"answer": common.sums_text(*_sums(application))}
