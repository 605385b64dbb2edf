-- name: weeklysales
-- version: 1
-- department: sales
-- reads: [order.completed]
-- about: What was sold in each week, in stores and at a distance.

CREATE TABLE weekly_sales ( -- Orders by week, channel and currency
  week TEXT NOT NULL, -- the Monday on which the week began, UTC
  channel TEXT NOT NULL, -- store where the order names one, otherwise distance
  currency TEXT NOT NULL, -- currency of the totals; empty where the order has no total
  orders INTEGER NOT NULL, -- orders completed
  lines INTEGER NOT NULL, -- lines of these orders
  revenue_micros INTEGER NOT NULL, -- what customers paid, in millionths of the currency
  PRIMARY KEY (week, channel, currency)
) STRICT, WITHOUT ROWID;

-- In each currency, the weeks from the best down.
CREATE VIEW best_weeks AS
  SELECT currency, week, sum(orders) AS orders, sum(revenue_micros) AS revenue_micros
  FROM weekly_sales GROUP BY currency, week ORDER BY currency, sum(revenue_micros) DESC;

INSERT INTO weekly_sales
  SELECT week,
    iif(data ->> '$.storeId' IS NULL, 'distance', 'store'),
    coalesce(data ->> '$.total.currency', ''),
    count(*),
    sum(json_array_length(data, '$.lines')),
    sum(CAST(round(CAST(coalesce(data ->> '$.total.amount', '0') AS REAL) * 1000000) AS INTEGER))
  FROM batch WHERE type = 'order.completed'
  GROUP BY 1, 2, 3
  ON CONFLICT DO UPDATE SET
    orders = orders + excluded.orders,
    lines = lines + excluded.lines,
    revenue_micros = revenue_micros + excluded.revenue_micros;
