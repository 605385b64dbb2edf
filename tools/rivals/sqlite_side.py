"""SQLite: one table, indexed by customer and by type."""

import os
import sqlite3
import time

import common
import sql

VERSION = f"SQLite {sqlite3.sqlite_version}"
_TABLE = (
    "CREATE TABLE ev (pos INTEGER PRIMARY KEY, id_high INTEGER, id_low INTEGER, recorded INTEGER, customer TEXT,"
    " type TEXT, channel INTEGER, amount_cents INTEGER, sku TEXT, qty INTEGER)"
)
_INDEXES = ("CREATE INDEX ev_customer ON ev (customer)", "CREATE INDEX ev_type ON ev (type)")
_INSERT = "INSERT INTO ev VALUES (" + ", ".join("?" * len(common.COLUMNS)) + ")"


def _scan(database):
    row = sql.whole(database.execute(sql.sums("sqlite", "ev")).fetchone())
    high, low = (row[8] << 32) + row[9], (row[10] << 32) + row[11]
    return common.sums_text(*row[:8], high, low)


class Table:
    def __init__(self, folder):
        self.folder = folder
        self.path = f"{folder}/rows.sqlite"
        self.database = sqlite3.connect(self.path, isolation_level=None)

    def make(self):
        """In one transaction, unsafe and fast; the indexes after the rows."""
        begin = time.perf_counter()
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.execute("BEGIN")
        self.database.execute(_TABLE)
        self.database.executemany(_INSERT, common.rows(self.folder, signed=True))
        for index in _INDEXES:
            self.database.execute(index)
        self.database.execute("COMMIT")
        self.database.execute("ANALYZE")
        self.database.close()
        return {"bytes": os.path.getsize(self.path), "seconds": time.perf_counter() - begin}

    def scan(self):
        begin = time.perf_counter()
        answer = _scan(self.database)
        seconds = time.perf_counter() - begin
        count = self.database.execute("SELECT max(pos) + 1 FROM ev").fetchone()[0]
        return {"seconds": seconds, "events": count, "answer": answer}

    def type(self):
        begin = time.perf_counter()
        row = self.database.execute(sql.one_type("ev")).fetchone()
        return {"seconds": time.perf_counter() - begin, "events": row[0], "answer": common.type_text(*row)}

    def history(self, picks):
        question = sql.history("ev")
        return common.timed_histories(
            common.customers(self.folder, picks), lambda name: self.database.execute(question, [name]).fetchone()
        )


class Appending:
    """One connection, write-ahead log, a sync with every transaction; both indexes are there from the start."""

    def __init__(self, folder, work):
        self.folder = folder
        self.path = f"{work}/appended.sqlite"

    def append(self, batch):
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA cache_size = -262144")
        for statement in (_TABLE, *_INDEXES):
            database.execute(statement)
        groups = list(common.batches(common.rows(self.folder, signed=True), batch))

        def append(group):
            database.execute("BEGIN IMMEDIATE")
            database.executemany(_INSERT, group)
            database.execute("COMMIT")

        result = common.timed_appends(groups, append)
        database.close()
        return result | {"answer": _scan(sqlite3.connect(self.path))}
