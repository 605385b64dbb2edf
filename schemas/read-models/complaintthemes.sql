-- name: complaintthemes
-- version: 1
-- department: service
-- reads: [complaint.opened, complaint.resolved]
-- about: What customers complain about, how serious it is, and what ends it.

CREATE TABLE complaint_case ( -- One complaint, without a word of the customer's
  customer TEXT NOT NULL, -- the customer, with all that merges joined to her
  complaint_id TEXT NOT NULL, -- number of the complaint
  opened_at INTEGER, -- when it was opened, microseconds since 1970 UTC; none while only its end is known
  opened_month TEXT, -- month of it, such as 2026-03
  topic TEXT, -- what it is about
  channel TEXT, -- channel by which it came
  severity TEXT, -- low, medium or high
  resolved_at INTEGER, -- when it was last closed, microseconds since 1970 UTC
  resolved_position INTEGER, -- position of the event that closed it
  remedy TEXT, -- what was done about it
  customer_agrees INTEGER, -- 1 or 0 as the customer said; none where nobody asked
  PRIMARY KEY (customer, complaint_id)
) STRICT, WITHOUT ROWID;

-- Themes by month: how many came, how many are open, how many ended in agreement, and how long it took.
CREATE VIEW theme AS
  SELECT opened_month AS month, coalesce(topic, '(none)') AS topic, count(*) AS complaints,
    sum(severity = 'high') AS high, sum(resolved_at IS NULL) AS open,
    coalesce(sum(customer_agrees), 0) AS agreed,
    (sum(resolved_at - opened_at) / count(resolved_at)) / 3600000000 AS hours_to_resolve
  FROM complaint_case WHERE opened_at IS NOT NULL GROUP BY 1, 2;

-- The first event that opens a number says what it is about; a later one of the same number does not change it.
INSERT INTO complaint_case
    (customer, complaint_id, opened_at, opened_month, topic, channel, severity)
  SELECT customer, data ->> '$.complaintId', time, month, data ->> '$.topic', data ->> '$.channel',
    data ->> '$.severity'
  FROM batch WHERE type = 'complaint.opened' ORDER BY position
  ON CONFLICT DO UPDATE SET
    opened_at = excluded.opened_at, opened_month = excluded.opened_month, topic = excluded.topic,
    channel = excluded.channel, severity = excluded.severity
    WHERE opened_at IS NULL;

-- The end that happened last counts; of two at one instant, the one recorded later.
INSERT INTO complaint_case
    (customer, complaint_id, resolved_at, resolved_position, remedy, customer_agrees)
  SELECT customer, data ->> '$.complaintId', time, position, data ->> '$.remedy',
    data ->> '$.customerAgrees'
  FROM batch WHERE type = 'complaint.resolved' ORDER BY position
  ON CONFLICT DO UPDATE SET
    resolved_at = excluded.resolved_at, resolved_position = excluded.resolved_position,
    remedy = excluded.remedy, customer_agrees = excluded.customer_agrees
    WHERE resolved_at IS NULL
      OR (excluded.resolved_at, excluded.resolved_position) > (resolved_at, resolved_position);
