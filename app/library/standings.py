"""Which codes may be submitted, as SQL asks for them."""

from app.codes.records import Standing

BILLABLE = f"standing IN ({', '.join(repr(standing.value) for standing in Standing if standing.billable)})"
"""The condition on a node that `Node.billable` is; a table's letter may stand before it: `n.{BILLABLE}`."""
