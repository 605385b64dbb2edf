// The tables of dialogue, with the comments that an analyst reads in the file.

extension ServiceDialogue {
  package static let tables = """
    CREATE TABLE dialogue ( -- How much we listen to a customer and how much we talk, one row a campaign
      customer_id TEXT NOT NULL, -- the customer
      campaign_id TEXT NOT NULL, -- the campaign; empty: what belongs to none
      inquiries INTEGER NOT NULL, -- times the customer wrote, called or came
      complaints INTEGER NOT NULL, -- times the customer complained
      asked INTEGER NOT NULL, -- questions we asked
      answered INTEGER NOT NULL, -- questions the customer answered
      declined INTEGER NOT NULL, -- questions the customer would rather not answer
      conversations INTEGER NOT NULL, -- talks, whoever began them
      learned INTEGER NOT NULL, -- facts that these talks taught us
      sent INTEGER NOT NULL, -- contacts that we began
      first_time INTEGER, -- the earliest of all this, microseconds since 1970 UTC
      last_time INTEGER, -- the latest, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, campaign_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE asking ( -- Every question we asked a customer, and what became of it; the answer is not here
      customer_id TEXT NOT NULL, -- the customer
      question_id TEXT NOT NULL, -- number in the question bank
      position INTEGER NOT NULL, -- position of the event that asked
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of that event
      asked_by TEXT NOT NULL, -- kind of actor
      topic TEXT, -- topic
      channel TEXT, -- channel we asked through
      sensitivity TEXT, -- normal, sensitive or special
      campaign_id TEXT NOT NULL, -- the campaign it was asked in; empty: none
      state TEXT NOT NULL, -- asked, answered or declined
      settled_time INTEGER, -- when it was answered or declined last, microseconds since 1970 UTC
      settled_position INTEGER, -- position of that event
      ask_again INTEGER, -- the earliest time to ask again, microseconds since 1970 UTC; NULL: never, or it waits
      PRIMARY KEY (customer_id, question_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE asked_twice ( -- Questions that should not have been asked, for they had been: each row is a defect of ours
      customer_id TEXT NOT NULL, -- the customer
      question_id TEXT NOT NULL, -- number in the question bank
      position INTEGER NOT NULL, -- position of the event that asked again
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of that event
      asked_by TEXT NOT NULL, -- kind of actor
      topic TEXT, -- topic
      channel TEXT, -- channel we asked through
      earlier_time INTEGER NOT NULL, -- when it had been asked before, microseconds since 1970 UTC
      earlier_position INTEGER NOT NULL, -- position of that event
      earlier_state TEXT NOT NULL, -- what had become of it by then: asked (it waited), answered or declined
      settled_time INTEGER, -- when it had been answered or declined, microseconds since 1970 UTC
      settled_position INTEGER, -- position of that event
      not_before INTEGER, -- when it might have been asked again, microseconds since 1970 UTC; NULL: never
      PRIMARY KEY (customer_id, question_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE loose_answer ( -- Answers and refusals whose question is not here yet; taken in when it comes
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      question_event_id TEXT NOT NULL, -- id of the event it names
      state TEXT NOT NULL, -- answered or declined
      ask_again INTEGER, -- the earliest time to ask again, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE campaign_contact ( -- Contacts that are part of a campaign: what a customer does because of them is too
      customer_id TEXT NOT NULL, -- the customer
      event_id TEXT NOT NULL, -- id of the event that says it was sent
      campaign_id TEXT NOT NULL, -- the campaign
      PRIMARY KEY (customer_id, event_id)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE INDEX asking_by_event ON asking (customer_id, event_id);
    CREATE INDEX asking_by_time ON asking (customer_id, question_id, time, position);
    CREATE INDEX loose_answer_by_question ON loose_answer (customer_id, question_event_id);
    CREATE VIEW dialogue_balance AS -- What customers began and answered, for a hundred contacts that we began
      SELECT dialogue.*, inquiries + complaints + answered AS heard,
        CASE WHEN sent > 0 THEN 100 * (inquiries + complaints + answered) / sent END AS heard_per_100
      FROM dialogue;
    CREATE VIEW campaign_dialogue AS -- The same by campaign, over all customers; the empty one is what belongs to none
      SELECT campaign_id, count(*) AS customers, sum(inquiries + complaints + answered) AS heard,
        sum(sent) AS sent, CASE WHEN sum(sent) > 0
          THEN 100 * sum(inquiries + complaints + answered) / sum(sent) END AS heard_per_100,
        sum(conversations) AS conversations, sum(learned) AS learned,
        CASE WHEN sum(conversations) > 0 THEN 100 * sum(learned) / sum(conversations) END
          AS learned_per_100
      FROM dialogue GROUP BY campaign_id;
    """
}
