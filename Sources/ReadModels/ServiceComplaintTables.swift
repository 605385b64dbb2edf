// The tables of complaints and of the effort they cost, with the comments that an analyst reads in the file.

extension ServiceComplaints {
  package static let tables = """
    CREATE TABLE complaint ( -- What went wrong for a customer, since when, and how we answered
      customer_id TEXT NOT NULL, -- the customer
      complaint_id TEXT NOT NULL, -- number of the complaint
      state TEXT NOT NULL, -- open; resolved; disputed: resolved, and the customer disagrees; unknown: never opened
      topic TEXT, -- topic
      channel TEXT, -- channel it came through
      severity TEXT, -- low, medium or high
      order_id TEXT, -- the order it is about
      product TEXT, -- the product it is about
      issue TEXT, -- what sort of thing went wrong
      company TEXT, -- the company it is about, where one ledger serves several
      wanted_remedy TEXT, -- what the customer asks for; personal
      opened_time INTEGER, -- since when, microseconds since 1970 UTC
      opened_position INTEGER, -- position of the event that opened it
      opened_event_id TEXT, -- id of that event
      opened_by TEXT, -- kind of actor
      reopened_time INTEGER, -- when it was opened again last, microseconds since 1970 UTC
      reopened_position INTEGER, -- position of that event
      remedy TEXT, -- refund, replacement, credit, repair, apology, none or other
      customer_agrees INTEGER, -- 1: the customer agrees, 0: disagrees, NULL: nobody asked
      resolved_time INTEGER, -- when, microseconds since 1970 UTC
      resolved_position INTEGER, -- position of the event that closed it
      resolved_event_id TEXT, -- id of that event
      PRIMARY KEY (customer_id, complaint_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE effort ( -- How many contacts a customer needed until a complaint was solved
      customer_id TEXT NOT NULL, -- the customer
      complaint_id TEXT NOT NULL, -- number of the complaint
      since INTEGER NOT NULL, -- when it was opened, microseconds since 1970 UTC
      solved_time INTEGER, -- when it was resolved, microseconds since 1970 UTC; NULL: not, or the customer disagrees
      contacts INTEGER NOT NULL, -- times the customer opened it, asked or talked to us on its topic in this time
      opened_event_id TEXT NOT NULL, -- id of the event that opened it
      solved_event_id TEXT, -- id of the event that solved it
      PRIMARY KEY (customer_id, complaint_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE effort_contact ( -- Each time a customer came to us: what effort is counted from
      customer_id TEXT NOT NULL, -- the customer
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      position INTEGER NOT NULL, -- position of the event in the ledger
      kind TEXT NOT NULL, -- inquiry, complaint or conversation
      channel TEXT, -- channel
      topic TEXT, -- topic; NULL: not known
      complaint_id TEXT, -- the complaint that was opened
      PRIMARY KEY (customer_id, time, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE effort_score ( -- How easy customers say it was to deal with us
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the feedback in the ledger
      time INTEGER NOT NULL, -- when it was given, microseconds since 1970 UTC
      occasion_event_id TEXT, -- id of the event it is about
      score_micros INTEGER, -- the score, in millionths
      scale_max_micros INTEGER, -- the highest score, in millionths
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;

    """

  /// What moves with the clock is computed here, as of the recorded time of the last event.
  package static let indexes = """
    CREATE INDEX complaint_by_age ON complaint (state, opened_time);
    CREATE VIEW complaint_now AS -- Complaints that wait for us as of the last event of the ledger, and for how long
      SELECT complaint.*, (recorded - opened_time) / 86400000000 AS age_days FROM complaint, _rapport
      WHERE state IN ('open', 'disputed');
    CREATE VIEW effort_now AS -- Effort with the days it took, or has taken as of the last event, and the score given
      SELECT effort.*, (coalesce(solved_time, recorded) - since) / 86400000000 AS days,
        (SELECT score_micros FROM effort_score AS score
          WHERE score.customer_id = effort.customer_id
            AND score.occasion_event_id IN (opened_event_id, solved_event_id)
          ORDER BY score.time DESC, score.position DESC LIMIT 1) AS score_micros
      FROM effort, _rapport;
    """
}
