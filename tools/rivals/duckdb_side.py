"""DuckDB: over Parquet, over compressed NDJSON (its reader is the fastest at hand), and appending to a file of its own."""

import os
import time

import duckdb

import common
import sql
import views

VERSION = f"DuckDB {duckdb.__version__}"
_HEX = "('0x' || replace(substr(id, {}, {}), '-', ''))::UBIGINT"
_ROWS = (
    "(SELECT * EXCLUDE (id), " + _HEX.format(1, 18) + " AS id_high, " + _HEX.format(20, 17) + " AS id_low"
    " FROM read_ndjson('{}', columns = {{pos: 'BIGINT', id: 'VARCHAR', recorded: 'BIGINT', customer: 'VARCHAR',"
    " type: 'VARCHAR', channel: 'INTEGER', amount_cents: 'INTEGER', sku: 'VARCHAR', qty: 'INTEGER'}}))"
)


def connect(path=":memory:"):
    """A database that uses every core."""
    database = duckdb.connect(path)
    database.execute(f"SET threads = {os.cpu_count()}")
    return database


class _Source:
    """Whatever DuckDB can read the reference rows from."""

    def __init__(self, folder, source, prepare=""):
        self.folder = folder
        self.source = source
        self.database = connect()
        if prepare:
            self.database.execute(prepare)

    def _one(self, question):
        begin = time.perf_counter()
        row = self.database.execute(question).fetchone()
        return row, {"seconds": time.perf_counter() - begin, "events": row[0]}

    def scan(self):
        row, result = self._one(sql.sums("duckdb", self.source))
        return result | {"answer": common.sums_text(*sql.whole(row))}

    def lengths(self):
        row, result = self._one(sql.lengths(self.source))
        return result | {"answer": common.lengths_text(row[0], row[1], row[2], row[3])}

    def type(self):
        row, result = self._one(sql.one_type(self.source))
        return result | {"answer": common.type_text(*row)}

    def history(self, picks):
        question = sql.history(self.source)
        return common.timed_histories(
            common.customers(self.folder, picks), lambda name: self.database.execute(question, [name]).fetchone()
        )


class Parquet(_Source):
    """One Parquet file, rows in order of position."""

    def __init__(self, folder, codec):
        self.codec = codec
        self.path = f"{folder}/rows.{codec}.parquet"
        # Whoever asks many questions keeps the footer.
        super().__init__(folder, f"'{self.path}'", "SET parquet_metadata_cache = true")

    def _write(self, path, columns="*", options=""):
        self.database.execute(
            f"COPY (SELECT {columns} FROM {_ROWS.format(self.folder + '/rows.ndjson')}) TO '{path}'"
            f" (FORMAT parquet, COMPRESSION {self.codec}{options})"
        )
        return os.path.getsize(path)

    def views(self):
        """The four read models into a database file, durable."""
        path = f"{self.folder}/{views.FILE}"
        if os.path.exists(path):
            os.remove(path)
        database = connect(path)
        begin = time.perf_counter()
        for name, query in views.TABLES.items():
            database.execute(f"CREATE TABLE {name} AS {query.format(source=self.source)}")
        database.execute("CHECKPOINT")
        database.close()
        return {"seconds": time.perf_counter() - begin, "answer": ""}

    def make(self):
        begin = time.perf_counter()
        result = {"bytes": self._write(self.path), "seconds": time.perf_counter() - begin}
        # Smaller forms, for their size alone: without the column `pos`, and with the encodings of version 2.
        others = {
            "without pos": ("* EXCLUDE (pos)", ""),
            "version 2": ("*", ", PARQUET_VERSION V2"),
        }
        sizes = {}
        for name, (columns, options) in others.items():
            path = f"{self.path}.other"
            sizes[name] = self._write(path, columns, options)
            os.remove(path)
        return result | {"others": sizes}


class CompressedLines(_Source):
    """rows.ndjson compressed by zstd."""

    def __init__(self, folder):
        self.path = f"{folder}/rows.ndjson.zst"
        super().__init__(folder, _ROWS.format(self.path))


class Appending:
    """Appends to DuckDB's own file. A transaction copies its rows from a table in memory: no Python on the clock."""

    def __init__(self, folder, work):
        self.folder = folder
        self.path = f"{work}/appended.duckdb"

    def append(self, batch):
        database = connect(self.path)
        # The log is not folded into the file while the clock runs.
        database.execute("SET wal_autocheckpoint = '1TB'; ATTACH ':memory:' AS given")
        database.execute(f"CREATE TABLE given.ev AS SELECT * FROM {_ROWS.format(self.folder + '/rows.ndjson')}")
        database.execute("CREATE TABLE ev AS SELECT * FROM given.ev LIMIT 0")
        count = database.execute("SELECT count(*) FROM given.ev").fetchone()[0]
        question = "INSERT INTO ev SELECT * FROM given.ev WHERE pos >= ? AND pos < ?"
        groups = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
        result = common.timed_appends(
            groups, lambda group: database.execute(question, [group.start, group.stop])
        )
        database.close()
        row = connect(self.path).execute(sql.sums("duckdb", "ev")).fetchone()
        return result | {"answer": common.sums_text(*sql.whole(row))}
