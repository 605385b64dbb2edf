"""The four read models of the comparison, as DuckDB makes them, and how Rapport's are exported to compare."""

FILE = "views.duckdb"

# The last event of two at one time is the later one in the log. Both parts fit into 63 bits up to 16,777,216 events.
_LAST = "((recorded - 1600000000000) * 16777216 + pos)"

TABLES = {
    "customer_360": f"""
        SELECT customer, count(*) AS events, sum(CASE WHEN type = 'order.completed' THEN amount_cents * qty ELSE 0 END)::BIGINT
          AS spend, sum((type = 'order.completed')::INT)::BIGINT AS orders,
          sum((type = 'complaint.opened')::INT)::BIGINT AS complaints, max(recorded) AS last_seen,
          arg_max(channel, {_LAST}) AS last_channel, max(CASE WHEN type = 'optout.recorded' THEN recorded END) AS optout_at,
          max(CASE WHEN type = 'preference.stated' THEN recorded END) AS preference_at, min(recorded) AS first_seen
        FROM {{source}} GROUP BY customer""",
    "permission": f"""
        SELECT customer, channel, arg_max(type, {_LAST}) AS last, max(recorded) AS changed FROM {{source}}
        WHERE type IN ('optout.recorded', 'preference.stated') GROUP BY 1, 2""",
    "product": """
        SELECT sku, sum(qty)::BIGINT AS units, sum(amount_cents * qty)::BIGINT AS revenue, count(*) AS events FROM {source}
        WHERE type = 'order.completed' GROUP BY 1""",
    "service": """
        SELECT recorded // 86400000 AS day, channel, count(*) AS events FROM {source}
        WHERE type = 'complaint.opened' GROUP BY 1, 2""",
}
KEYS = {"customer_360": "customer", "permission": "customer, channel", "product": "sku", "service": "day, channel"}

# By table: the model's file, and its rows with times in milliseconds.
EXPORTS = {
    "customer_360": ("customer360", """
        SELECT customer, events, spend, orders, complaints, last_seen / 1000, last_channel, optout_at / 1000,
          preference_at / 1000, first_seen / 1000 FROM customer_360 ORDER BY customer"""),
    "permission": ("permission", "SELECT customer, channel, last, changed / 1000 FROM permission ORDER BY customer, channel"),
    "product": ("product", "SELECT sku, units, revenue, events FROM product ORDER BY sku"),
    "service": ("service", "SELECT day, channel, events FROM service ORDER BY day, channel"),
}
