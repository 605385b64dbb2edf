// The rows of promises, and their tables.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row of `open_promise`.
struct OpenPromiseRow: VanishingRow {
  static let table = "open_promise"
  static let keyColumns = ["customer_id", "promise_id"]

  var promise: ServicePromise
  var id: ByteText { promise.id }
  var keyValues: [DatabaseValue] {
    [promise.customer.databaseValue, promise.id.text.databaseValue]
  }

  init(_ promise: ServicePromise) { self.promise = promise }

  init(reading row: RowReader) {
    promise = ServicePromise(row.text(), row.bytes())
    promise.grant = ServicePromise.Grant(reading: row)
    promise.timesAskedAgain = row.integer()
    promise.askedAgain = row.optionalTime()
    promise.repeats = row.integer()
  }

  func write(to row: RowWriter) {
    promise.writeGrant(to: row)
    row.integer(promise.timesAskedAgain)
    row.time(promise.askedAgain)
    row.integer(promise.repeats)
  }
}

/// A row of `kept_promise`.
struct KeptPromiseRow: KeyedRow {
  static let table = "kept_promise"

  var promise: ServicePromise
  var id: ByteText { promise.id }

  init(_ promise: ServicePromise) { self.promise = promise }

  init(reading row: RowReader) {
    promise = ServicePromise(row.text(), row.bytes())
    promise.grant = ServicePromise.Grant(reading: row)
    promise.timesAskedAgain = row.integer()
    promise.askedAgain = row.optionalTime()
    promise.redemption = ServicePromise.Redemption(reading: row)
    promise.repeats = row.integer()
  }

  func write(to row: RowWriter) {
    promise.writeGrant(to: row)
    row.integer(promise.timesAskedAgain)
    row.time(promise.askedAgain)
    row.integer(promise.redemption?.amount?.micros)
    row.text(promise.redemption?.amount?.currency)
    row.mark(promise.redemption?.mark)
    row.bytes(promise.redemption?.storeId)
    row.integer(promise.repeats)
  }
}

extension ServicePromise {
  /// The columns that both tables begin with.
  fileprivate func writeGrant(to row: RowWriter) {
    row.text(customer)
    row.text(id)
    row.integer(grant?.owed?.micros)
    row.text(grant?.owed?.currency)
    row.bytes(grant?.reason)
    row.bytes(grant?.redeemWhere)
    row.time(grant?.validUntil)
    row.mark(grant?.mark)
  }
}

extension ServicePromises {
  package static let tables = """
    CREATE TABLE open_promise ( -- What we owe a customer; expiry moves with the clock: see open_promise_now
      customer_id TEXT NOT NULL, -- the customer
      promise_id TEXT NOT NULL, -- number of the promise
      owed_micros INTEGER, -- what was promised, millionths of the currency
      currency TEXT, -- currency code (ISO 4217)
      reason TEXT, -- why; may be personal
      redeem_where TEXT, -- place or business where it can be redeemed; * is anywhere
      valid_until INTEGER, -- nothing is owed from then on, microseconds since 1970 UTC; NULL: it does not end
      time INTEGER NOT NULL, -- when it was promised, microseconds since 1970 UTC
      position INTEGER NOT NULL, -- position of the event that promised it
      event_id TEXT NOT NULL, -- id of that event
      promised_by TEXT NOT NULL, -- kind of actor
      asked_again INTEGER NOT NULL, -- inquiries and complaints of which the promise is the cause: the customer has to ask
      asked_again_time INTEGER, -- the latest of them, microseconds since 1970 UTC
      repeats INTEGER NOT NULL, -- events that promised the same once more and count for nothing
      PRIMARY KEY (customer_id, promise_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE kept_promise ( -- What we owed a customer and gave
      customer_id TEXT NOT NULL, -- the customer
      promise_id TEXT NOT NULL, -- number of the promise
      owed_micros INTEGER, -- what was promised, millionths of the currency
      currency TEXT, -- currency code (ISO 4217)
      reason TEXT, -- why; may be personal
      redeem_where TEXT, -- place or business where it could be redeemed; * is anywhere
      valid_until INTEGER, -- nothing was owed from then on, microseconds since 1970 UTC; NULL: it did not end
      time INTEGER, -- when it was promised, microseconds since 1970 UTC; NULL: redeemed, but never promised
      position INTEGER, -- position of the event that promised it
      event_id TEXT, -- id of that event
      promised_by TEXT, -- kind of actor
      asked_again INTEGER NOT NULL, -- inquiries and complaints of which the open promise was the cause
      asked_again_time INTEGER, -- the latest of them, microseconds since 1970 UTC
      redeemed_micros INTEGER, -- what was redeemed, millionths of its currency
      redeemed_currency TEXT, -- its currency code
      redeemed_time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      redeemed_position INTEGER NOT NULL, -- position of the event that redeemed it
      redeemed_event_id TEXT NOT NULL, -- id of that event
      redeemed_by TEXT NOT NULL, -- kind of actor
      redeemed_store TEXT, -- store
      repeats INTEGER NOT NULL, -- events that said the same once more and count for nothing
      PRIMARY KEY (customer_id, promise_id)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE INDEX open_promise_by_age ON open_promise (time);
    CREATE INDEX open_promise_by_event ON open_promise (customer_id, event_id);
    CREATE VIEW open_promise_now AS -- What we owe as of the last event of the ledger, and for how long
      SELECT open_promise.*, (recorded - time) / 86400000000 AS age_days FROM open_promise, _rapport
      WHERE valid_until IS NULL OR valid_until > recorded;
    CREATE VIEW expired_promise_now AS -- Promises that ended before they were kept, as of the last event of the ledger
      SELECT open_promise.*, (recorded - valid_until) / 86400000000 AS expired_days
      FROM open_promise, _rapport WHERE valid_until <= recorded;
    CREATE VIEW promise_board AS -- Promises kept, open, open for more than 30 days, asked for again, and expired
      SELECT (SELECT count(*) FROM kept_promise WHERE time IS NOT NULL) AS kept,
        (SELECT count(*) FROM open_promise_now) AS open,
        (SELECT count(*) FROM open_promise_now WHERE age_days > 30) AS open_over_30_days,
        (SELECT count(*) FROM open_promise_now WHERE asked_again > 0) AS asked_again,
        (SELECT count(*) FROM expired_promise_now) AS expired;
    """
}
