// The tables of the read model `permission`, with the comments that an analyst reads in the file.
//
// Rows are written in the order of these columns: see PermissionRows and PermissionCustomers.

extension PermissionCustomers {
  package static let tables = sayingTables + reachingTables

  private static let sayingTables = """
    CREATE TABLE statement ( -- Every yes and no of a customer as it was said, and whether it counts
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      subject TEXT NOT NULL, -- the subject that it was said by or for; another one where customers were merged
      says TEXT NOT NULL, -- permit or forbid
      type TEXT NOT NULL, -- type of the event
      purpose TEXT NOT NULL, -- what it is about; * is everything
      topic TEXT NOT NULL, -- what it is about; * is everything
      channel TEXT NOT NULL, -- what it is about; * is everything
      contact_point TEXT NOT NULL, -- a contact point's id; * is the person, none a use without contact
      effect INTEGER NOT NULL, -- when it takes effect, microseconds since 1970 UTC
      until INTEGER, -- a permit holds until then, microseconds since 1970 UTC; NULL: it does not end by itself
      counts INTEGER NOT NULL, -- 1: it counts; a permit of somebody under age counts here, and does not when asked
      defect TEXT, -- why a permit does not count, a code of docs/permission.md
      signed INTEGER NOT NULL, -- 1: signed on paper or electronically
      said_by TEXT NOT NULL, -- kind of actor: app_user is the customer, user is staff
      imported INTEGER NOT NULL, -- 1: an import brought it
      source TEXT NOT NULL, -- where the event entered
      event_id TEXT NOT NULL, -- id of the event
      time INTEGER NOT NULL, -- when it was said, microseconds since 1970 UTC
      recorded INTEGER NOT NULL, -- when the ledger took it, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE permission ( -- What a customer's own statements come to, for every scope that one of them names
      customer_id TEXT NOT NULL, -- the customer
      purpose TEXT NOT NULL, -- purpose; * as a statement says it
      topic TEXT NOT NULL, -- topic; * as a statement says it
      channel TEXT NOT NULL, -- channel; * as a statement says it
      contact_point TEXT NOT NULL, -- a contact point's id; * is the person, none a use without contact
      part INTEGER NOT NULL, -- 0: from the last word on; 1 and more: what follows when a permit ends
      says TEXT NOT NULL, -- permitted, forbidden or nothing; age, law and what others said are not asked here
      decided_position INTEGER, -- position of the statement that decides; NULL: nothing was said
      decided_event_id TEXT, -- id of that event
      from_time INTEGER NOT NULL, -- it is so from then on, microseconds since 1970 UTC
      until INTEGER, -- and until then; NULL: no end is known
      PRIMARY KEY (customer_id, purpose, topic, channel, contact_point, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE choice ( -- Channels, windows, caps and pauses as they were chosen
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      kind TEXT NOT NULL, -- channels, window, cap or pause
      purpose TEXT NOT NULL, -- purpose; * is every one
      topic TEXT NOT NULL, -- topic; * is every one
      channel TEXT NOT NULL, -- channel of a window, cap or pause; * is every one
      channels TEXT, -- of a choice of channels: those, the best first, blanks between
      only INTEGER, -- of a choice of channels: 1: no other; 0: these first
      days TEXT, -- of a window: days of the week, blanks between
      from_minute INTEGER, -- of a window: minute of the day at which it opens
      to_minute INTEGER, -- of a window: minute of the day at which it closes
      time_zone TEXT, -- of a window: the zone it is counted in
      most INTEGER, -- of a cap: so many contacts
      period TEXT, -- of a cap: in this time (ISO 8601)
      until INTEGER, -- of a pause: its end, microseconds since 1970 UTC
      ended INTEGER, -- of a pause: when it was ended early, microseconds since 1970 UTC
      replaced_position INTEGER, -- position of a later choice of exactly the same scope; NULL: it stands
      said_by TEXT NOT NULL, -- kind of actor
      event_id TEXT NOT NULL, -- id of the event
      time INTEGER NOT NULL, -- when it was said, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, position, kind)
    ) STRICT, WITHOUT ROWID;

    """

  private static let reachingTables = """
    CREATE TABLE contact_point ( -- Addresses and numbers, each as often as it was added; never in clear
      customer_id TEXT NOT NULL, -- the customer
      contact_point TEXT NOT NULL, -- id of the contact point
      position INTEGER NOT NULL, -- position of the event that added it
      subject TEXT NOT NULL, -- the subject it was added for; another one where customers were merged
      kind TEXT NOT NULL, -- email, phone, postal, device or handle
      channels TEXT NOT NULL, -- channels it serves, blanks between
      address TEXT, -- keyed hash of the address; NULL: it cannot be read any more
      time_zones TEXT NOT NULL, -- zones it may lie in, blanks between
      shared INTEGER NOT NULL, -- 1: others read it too
      brought INTEGER NOT NULL, -- 1: from an import or a broker: the customer did not give it
      replaces TEXT, -- the contact point that it took the place of
      said_by TEXT NOT NULL, -- kind of actor
      added INTEGER NOT NULL, -- when it was added, microseconds since 1970 UTC
      recorded INTEGER NOT NULL, -- when the ledger took that, microseconds since 1970 UTC
      verified INTEGER, -- when somebody answered from there last, microseconds since 1970 UTC
      invalidated INTEGER, -- since when it does not reach the customer, microseconds since 1970 UTC; NULL: it does
      invalidated_position INTEGER, -- position of the event that says so
      lists TEXT, -- statutory lists that the number is on, blanks between; NULL: none
      listed INTEGER, -- since when it is on the first of them, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, contact_point, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE suppressed ( -- Addresses of customers who were erased: they must not come back with the next file
      customer_id TEXT NOT NULL, -- the customer who was erased
      address TEXT NOT NULL, -- keyed hash of the address
      position INTEGER NOT NULL, -- position of the erasure
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, address, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE address_word ( -- Opt-outs that name a contact point, by its address: they bind everyone who shares it
      customer_id TEXT NOT NULL, -- the customer who opted out
      address TEXT NOT NULL, -- keyed hash of the address
      position INTEGER NOT NULL, -- position of the opt-out
      PRIMARY KEY (customer_id, address, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE stray_word ( -- Opt-outs that name a contact point which the customer had not added before
      customer_id TEXT NOT NULL, -- the customer who opted out
      contact_point TEXT NOT NULL, -- id of the contact point, perhaps another customer's
      position INTEGER NOT NULL, -- position of the opt-out
      PRIMARY KEY (customer_id, contact_point, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pressure ( -- Contacts that count: marketing and relationship messages, and presents, by any department
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      department TEXT NOT NULL, -- who made the contact
      purpose TEXT NOT NULL, -- what for
      topic TEXT NOT NULL, -- what about
      channel TEXT NOT NULL, -- how
      contact_point TEXT NOT NULL, -- id of the contact point; none in person, or where nobody knows
      class TEXT NOT NULL, -- marketing or relationship, as the sender said
      campaign TEXT, -- campaign it belonged to
      event_id TEXT NOT NULL, -- id of the event
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE facts ( -- Everything that an answer asks about a customer; whoever has any event is here
      customer_id TEXT NOT NULL PRIMARY KEY, -- the customer
      facts TEXT NOT NULL -- what the events said, for programs; may be personal, and holds no address
    ) STRICT, WITHOUT ROWID;

    """

  /// What others said about an address is found by its hash.
  package static let indexes = """
    CREATE INDEX contact_point_address ON contact_point (address);
    CREATE INDEX contact_point_id ON contact_point (contact_point);
    CREATE INDEX suppressed_address ON suppressed (address);
    CREATE INDEX address_word_address ON address_word (address);
    CREATE INDEX stray_word_contact_point ON stray_word (contact_point);
    CREATE VIEW permission_now AS -- What statements come to as of the last event of the ledger
      SELECT permission.* FROM permission, _rapport
      WHERE (from_time <= recorded OR part = 0) AND (until IS NULL OR until > recorded);
    CREATE VIEW pressure_now AS -- Contacts of the last 7 and 30 days as of the last event of the ledger
      SELECT customer_id, department, count(*) FILTER (WHERE time > recorded - 604800000000) AS last_7_days,
        count(*) AS last_30_days
      FROM pressure, _rapport WHERE time > recorded - 2592000000000 AND time <= recorded
      GROUP BY customer_id, department;
    """
}
