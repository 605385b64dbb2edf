-- name: cohorts
-- version: 1
-- department: sales
-- reads: [order.completed]
-- about: Of those who bought for the first time in a month, how many bought again, and how many months later.

CREATE TABLE buyer_month ( -- Months in which a customer ordered
  customer TEXT NOT NULL, -- the customer, with all that merges joined to her
  month TEXT NOT NULL, -- the month, such as 2026-03, UTC
  orders INTEGER NOT NULL, -- her orders completed in it
  PRIMARY KEY (customer, month)
) STRICT, WITHOUT ROWID;

-- Each month of a customer beside her first. An order that arrives late moves the first month by itself.
CREATE VIEW buyer AS
  SELECT customer, month, orders, min(month) OVER (PARTITION BY customer) AS cohort
  FROM buyer_month;

-- Customers of each cohort who ordered so many months after their first order.
CREATE VIEW cohort AS
  SELECT cohort,
    (CAST(substr(month, 1, 4) AS INTEGER) - CAST(substr(cohort, 1, 4) AS INTEGER)) * 12
      + CAST(substr(month, 6) AS INTEGER) - CAST(substr(cohort, 6) AS INTEGER) AS months_later,
    count(*) AS customers, sum(orders) AS orders
  FROM buyer GROUP BY 1, 2;

INSERT INTO buyer_month
  SELECT customer, month, count(*) FROM batch WHERE type = 'order.completed'
  GROUP BY customer, month
  ON CONFLICT DO UPDATE SET orders = orders + excluded.orders;
