// The tables of the read model `customer`, with the comments that an analyst reads in the file.
//
// Rows are written and read in the order of these columns: see CustomerRow and CustomerRows.

extension Customer360 {
  package static let tables = customerTables + tellingTables + owingTables + dialogueTables

  private static let customerTables = """
    CREATE TABLE customer ( -- One row a customer: who it is, counts, and whether contact is possible at all
      customer_id TEXT NOT NULL PRIMARY KEY, -- the pseudonym under which events name the customer (subject)
      kind TEXT, -- person, household or organisation; NULL: nobody said
      language TEXT, -- language tag (BCP 47), as last stated
      country TEXT, -- country code (ISO 3166-1 alpha-2), as last stated
      anonymous INTEGER NOT NULL, -- 1: a sale to nobody known
      registered INTEGER NOT NULL, -- 1: customer.registered was seen
      first_seen INTEGER NOT NULL, -- time of the earliest event, microseconds since 1970 UTC
      last_seen INTEGER NOT NULL, -- time of the latest event, microseconds since 1970 UTC
      events INTEGER NOT NULL, -- events of this customer
      orders INTEGER NOT NULL, -- completed orders, in any currency
      currency TEXT, -- currency of the first order (of the first refund or cancellation where there is no order)
      currency_time INTEGER, -- when that was, microseconds since 1970 UTC
      currency_position INTEGER, -- position of that event in the ledger
      spend_micros INTEGER NOT NULL, -- millionths of that currency: orders less refunds and cancellations
      open_complaints INTEGER NOT NULL, -- complaints not settled with the customer
      open_promises INTEGER NOT NULL, -- promises not redeemed; those that have expired by now are counted too
      stopped INTEGER NOT NULL, -- 1: said no to everything; a later yes reopens only what it names
      stopped_time INTEGER, -- when that took effect, microseconds since 1970 UTC
      stopped_position INTEGER, -- position of the event that said so last
      paused_until INTEGER, -- end of the last pause of all contact, microseconds since 1970 UTC; it may have passed
      paused_position INTEGER, -- position of the event that asked for it
      erased INTEGER NOT NULL, -- 1: the customer's keys were destroyed
      erased_time INTEGER, -- when, microseconds since 1970 UTC
      erased_position INTEGER, -- position of the event that says so
      deceased INTEGER NOT NULL, -- 1: somebody reported that the customer has died
      restricted INTEGER NOT NULL, -- 1: keep the data, do not use them
      loose_ends INTEGER NOT NULL, -- events that name another event which is not here yet: see loose_end
      revision INTEGER NOT NULL, -- number of the customer's last event in the ledger, counted per customer from 1
      last_position INTEGER NOT NULL -- position of that event in the ledger
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE spend ( -- What a customer bought, one row a currency; currencies are never added up
      customer_id TEXT NOT NULL, -- the customer
      currency TEXT NOT NULL, -- currency code (ISO 4217)
      orders INTEGER NOT NULL, -- completed orders in this currency
      gross_micros INTEGER NOT NULL, -- sum of completed orders, millionths of the currency
      refunded_micros INTEGER NOT NULL, -- sum of refunds, millionths of the currency
      cancelled_micros INTEGER NOT NULL, -- sum of cancellations, millionths of the currency
      net_micros INTEGER NOT NULL, -- gross less refunded less cancelled
      PRIMARY KEY (customer_id, currency)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE timeline ( -- Every event of a customer, with a short line for people that holds no personal data
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      time INTEGER NOT NULL, -- when it happened, microseconds since 1970 UTC
      recorded INTEGER NOT NULL, -- when the ledger took it, microseconds since 1970 UTC
      type TEXT NOT NULL, -- type of the event
      channel TEXT, -- channel it came or went through; NULL: none, or it is not known
      line TEXT NOT NULL, -- what happened, in one short line
      event_id TEXT NOT NULL, -- id of the event
      source TEXT NOT NULL, -- where the event entered
      said_by TEXT NOT NULL, -- kind of actor: app_user is the customer, user is staff
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE link ( -- Subjects that are the same person: recorded, nothing is copied
      customer_id TEXT NOT NULL, -- the subject that stays
      position INTEGER NOT NULL, -- position of the merge in the ledger
      absorbed TEXT NOT NULL, -- the subject that was taken in
      assurance TEXT NOT NULL, -- verified or probable
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of the merge
      said_by TEXT NOT NULL, -- kind of actor
      undone_time INTEGER, -- when the merge was taken back, microseconds since 1970 UTC; NULL: it holds
      undone_position INTEGER, -- position of the event that took it back
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE loose_end ( -- Events that name another event which is not here yet; taken in when it comes
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      target TEXT NOT NULL, -- what it names
      event_id TEXT NOT NULL, -- id of the event
      source TEXT NOT NULL, -- where it entered
      type TEXT NOT NULL, -- its type
      schema_version INTEGER NOT NULL, -- version of its schema
      time INTEGER NOT NULL, -- when it happened, microseconds since 1970 UTC
      recorded INTEGER NOT NULL, -- when the ledger took it, microseconds since 1970 UTC
      said_by TEXT NOT NULL, -- kind of actor
      data TEXT NOT NULL, -- its data, JSON; may be personal
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;

    """

  private static let tellingTables = """
    CREATE TABLE fact ( -- Every value ever given about a customer: stated, observed and inferred, never mixed
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event that gave the value
      item INTEGER NOT NULL, -- number among the values of one event, from 0
      kind TEXT NOT NULL, -- what sort of value: preference, interest, profile, inference and so on
      topic TEXT NOT NULL, -- topic it is about; for a profile the attribute; empty where there is none
      about TEXT, -- what it is about besides: a product's SKU, an id, a scope
      value TEXT, -- the value; may be personal
      origin TEXT NOT NULL, -- stated: somebody said it; observed: it was seen to happen; inferred: a model guessed it
      time INTEGER NOT NULL, -- when it was said or seen, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of the event that gave the value
      said_by TEXT NOT NULL, -- kind of actor: app_user is the customer, user is staff
      strength TEXT, -- must, prefer, nice; claimed, verified; the confidence of a guess
      standing INTEGER, -- 1: a wish that applies every time
      valid_until INTEGER, -- it holds until then, microseconds since 1970 UTC; NULL: no end is known
      review_by INTEGER, -- ask again then, microseconds since 1970 UTC
      detail TEXT, -- what else the event says, without personal data
      in_force INTEGER NOT NULL, -- 1: neither replaced nor taken back; valid_until may have passed: see fact_now
      replaced_time INTEGER, -- when a later value of the same origin took its place, microseconds since 1970 UTC
      replaced_position INTEGER, -- position of the event that gave that value
      ended_how TEXT, -- retracted, rejected, unlinked, invalidated, replaced, resumed or lifted; NULL: not taken back
      ended_time INTEGER, -- when it was taken back, microseconds since 1970 UTC
      ended_position INTEGER, -- position of the event that took it back
      PRIMARY KEY (customer_id, position, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cue ( -- Wishes to honour: at the next visit, or at one booking or order
      customer_id TEXT NOT NULL, -- the customer
      wish_position INTEGER NOT NULL, -- position of the preference.stated: its value is in fact
      context TEXT NOT NULL, -- booking, order, visit or contact; empty: whenever the customer comes next
      reference TEXT NOT NULL, -- number of the booking or order; empty where context is
      topic TEXT NOT NULL, -- topic of the wish
      standing INTEGER NOT NULL, -- 1: a wish that applies every time
      state TEXT NOT NULL, -- open or honoured
      occasion_position INTEGER, -- position of the booking or order; NULL: none is known
      occasion_time INTEGER, -- when it was made, microseconds since 1970 UTC
      starts_at INTEGER, -- when a booking begins, microseconds since 1970 UTC
      honoured_time INTEGER, -- when the wish was honoured last, microseconds since 1970 UTC
      honoured_position INTEGER, -- position of the preference.applied that proves it
      department TEXT, -- the department that honoured it
      PRIMARY KEY (customer_id, wish_position, context, reference)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE occasion ( -- Bookings, and orders that name topics: chances to honour a wish
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      context TEXT NOT NULL, -- booking or order
      reference TEXT NOT NULL, -- number of the booking or order
      topic TEXT, -- what a booking is for
      slots TEXT NOT NULL, -- what a wish can fill, blanks between: slots of a booking, topics of an order's lines
      time INTEGER NOT NULL, -- when it was made, microseconds since 1970 UTC
      starts_at INTEGER, -- when a booking begins, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;

    """

  private static let owingTables = """
    CREATE TABLE promise ( -- What we owe a customer: promised once, redeemed once
      customer_id TEXT NOT NULL, -- the customer
      promise_id TEXT NOT NULL, -- number of the promise
      state TEXT NOT NULL, -- open, redeemed, or unknown: redeemed but never promised; expiry: see promise_now
      owed_micros INTEGER, -- what was promised, millionths of the currency
      currency TEXT, -- currency code (ISO 4217)
      reason TEXT, -- why; may be personal
      redeem_where TEXT, -- place or business where it can be redeemed; * is anywhere
      valid_until INTEGER, -- nothing is owed from then on, microseconds since 1970 UTC; NULL: it does not end
      promised_time INTEGER, -- when it was promised, microseconds since 1970 UTC
      promised_position INTEGER, -- position of the event that promised it
      promised_event_id TEXT, -- id of that event
      promised_by TEXT, -- kind of actor
      redeemed_micros INTEGER, -- what was redeemed, millionths of its currency
      redeemed_currency TEXT, -- its currency code
      redeemed_time INTEGER, -- when, microseconds since 1970 UTC
      redeemed_position INTEGER, -- position of the event that redeemed it
      redeemed_event_id TEXT, -- id of that event
      redeemed_by TEXT, -- kind of actor
      redeemed_store TEXT, -- store
      conflicts TEXT, -- positions of events that said the same once more and count for nothing, blanks between
      PRIMARY KEY (customer_id, promise_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE complaint ( -- What went wrong for a customer, and how we answered
      customer_id TEXT NOT NULL, -- the customer
      complaint_id TEXT NOT NULL, -- number of the complaint
      state TEXT NOT NULL, -- open; resolved; disputed: resolved, and the customer disagrees; unknown: never opened
      topic TEXT, -- topic
      channel TEXT, -- channel it came through
      severity TEXT, -- low, medium or high
      order_id TEXT, -- the order it is about
      product TEXT, -- the product it is about
      issue TEXT, -- what sort of thing went wrong
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
      PRIMARY KEY (customer_id, complaint_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE benefit ( -- What we gave without being asked: apart from what the customer asked for
      customer_id TEXT NOT NULL, -- the customer
      benefit_id TEXT NOT NULL, -- number of the benefit
      name TEXT, -- its name
      tier TEXT, -- the tier it belongs to
      valid_until INTEGER, -- it can be used until then, microseconds since 1970 UTC; NULL: it does not end
      granted_time INTEGER, -- when it was given, microseconds since 1970 UTC
      granted_position INTEGER, -- position of the event that gave it
      granted_event_id TEXT, -- id of that event
      granted_by TEXT, -- kind of actor
      used INTEGER NOT NULL, -- how often it was used
      used_time INTEGER, -- when it was used last, microseconds since 1970 UTC
      used_position INTEGER, -- position of that event
      PRIMARY KEY (customer_id, benefit_id)
    ) STRICT, WITHOUT ROWID;

    """

  private static let dialogueTables = """
    CREATE TABLE question ( -- What we asked a customer, and what became of it
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the question.asked
      question_id TEXT NOT NULL, -- number in the question bank
      topic TEXT NOT NULL, -- topic
      channel TEXT NOT NULL, -- channel we asked through
      sensitivity TEXT NOT NULL, -- normal, sensitive or special
      state TEXT NOT NULL, -- asked, answered or declined
      time INTEGER NOT NULL, -- when we asked, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of the event that asked
      asked_by TEXT NOT NULL, -- kind of actor
      answer TEXT, -- what the customer answered; personal
      settled_time INTEGER, -- when it was answered or declined last, microseconds since 1970 UTC
      settled_position INTEGER, -- position of that event
      ask_again INTEGER, -- the earliest time to ask again, microseconds since 1970 UTC; NULL: never, or it waits
      repeated INTEGER NOT NULL, -- 1: asked although it should not have been: a defect of ours
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE relationship ( -- Invitations to a relationship, and what kind it was declared to be, over time
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event
      step TEXT NOT NULL, -- invited or declared
      relationship_type TEXT, -- what kind it is; personal
      topic TEXT NOT NULL, -- topic or brand; * is everything
      declared_by TEXT, -- customer or staff
      channel TEXT, -- channel of an invitation
      offer TEXT, -- what an invitation says is in it for the customer
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of the event
      said_by TEXT NOT NULL, -- kind of actor
      outcome TEXT, -- of an invitation: accepted, declined; of a review: same, changed, ended
      outcome_time INTEGER, -- when, microseconds since 1970 UTC
      outcome_position INTEGER, -- position of that event
      standing INTEGER NOT NULL, -- 1: neither declined, changed nor ended
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;

    """

  /// What moves with the clock is computed here, as of the recorded time of the last event.
  package static let indexes = """
    CREATE VIEW customer_now AS -- Each customer as of the last event of the ledger: paused, days since last seen
      SELECT customer.*, coalesce(paused_until > recorded, 0) AS paused,
        (recorded - last_seen) / 86400000000 AS days_since_last_seen
      FROM customer, _rapport;
    CREATE VIEW fact_now AS -- The facts that hold as of the last event of the ledger
      SELECT fact.* FROM fact, _rapport
      WHERE in_force = 1 AND (valid_until IS NULL OR valid_until > recorded);
    CREATE VIEW promise_now AS -- What we owe as of the last event of the ledger, and for how long
      SELECT promise.*, (recorded - promised_time) / 86400000000 AS age_days FROM promise, _rapport
      WHERE state = 'open' AND (valid_until IS NULL OR valid_until > recorded);
    """
}
