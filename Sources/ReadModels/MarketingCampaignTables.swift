// The tables of campaigns, with the comments that an analyst reads in the file.

extension MarketingCampaigns {
  package static let tables = """
    CREATE TABLE campaign ( -- What a campaign is for, as its latest plan by time says
      campaign_id TEXT NOT NULL PRIMARY KEY, -- the campaign
      goal_id TEXT, -- the goal it serves
      purpose TEXT, -- purpose of its messages
      topic TEXT, -- topic of its messages
      experiment_id TEXT, -- the experiment that measures it
      planned_time INTEGER NOT NULL, -- when it was planned, microseconds since 1970 UTC
      planned_position INTEGER NOT NULL, -- position of that event in the ledger
      planned_event_id TEXT NOT NULL, -- id of that event
      planned_by TEXT NOT NULL, -- kind of actor
      plans INTEGER NOT NULL -- how often it was planned
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cell ( -- What was planned, decided and sent in each version of a campaign; the cost to customers: cell_result
      campaign_id TEXT NOT NULL, -- the campaign
      cell TEXT NOT NULL, -- the cell; empty: contacts of the campaign that name none
      in_plan INTEGER NOT NULL, -- 1: the latest plan names it
      content_version TEXT, -- what is sent, as the plan says
      channel TEXT, -- channel, as the plan says
      drop_at INTEGER, -- when it drops, as the plan says, microseconds since 1970 UTC
      planned INTEGER NOT NULL, -- contacts planned
      allowed INTEGER NOT NULL, -- decisions that said yes; a contact is decided again at the drop
      deferred INTEGER NOT NULL, -- decisions that said later
      denied INTEGER NOT NULL, -- decisions that said no
      sent INTEGER NOT NULL, -- contacts sent
      first_sent INTEGER, -- the earliest of them, microseconds since 1970 UTC; NULL: none
      last_sent INTEGER, -- the latest, microseconds since 1970 UTC
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, are in it at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (campaign_id, cell)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cell_refusal ( -- Why contacts of a cell were put off or refused
      campaign_id TEXT NOT NULL, -- the campaign
      cell TEXT NOT NULL, -- the cell; empty: none is named
      verdict TEXT NOT NULL, -- defer or deny
      rule TEXT NOT NULL, -- the rule that decided; empty: it may not be seen
      decisions INTEGER NOT NULL, -- how often
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, are behind it at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (campaign_id, cell, verdict, rule)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE drop_calendar ( -- What drops on which day: as campaigns plan it, and as contacts are planned
      campaign_id TEXT NOT NULL, -- the campaign; empty: contacts of none
      day INTEGER NOT NULL, -- start of the day in UTC, microseconds since 1970 UTC
      what TEXT NOT NULL, -- plan: a cell of the campaign's latest plan; contacts: contacts that were planned
      cell TEXT NOT NULL, -- the cell; empty: none is named
      department TEXT NOT NULL, -- department that planned the contacts; empty for a plan
      channel TEXT NOT NULL, -- channel
      first_drop INTEGER, -- the earliest drop on that day, microseconds since 1970 UTC
      last_drop INTEGER, -- the latest, microseconds since 1970 UTC
      contacts INTEGER NOT NULL, -- contacts planned; 0 for a plan
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, are in it at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (campaign_id, day, what, cell, department, channel)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE INDEX drop_calendar_by_day ON drop_calendar (day);
    CREATE VIEW drop_calendar_now AS -- What is still to drop as of the last event of the ledger, and in how many days
      SELECT drop_calendar.*, (last_drop - recorded) / 86400000000 AS days_left
      FROM drop_calendar, _rapport WHERE last_drop > recorded;
    """
}
