"""What the name and type of a mart column demand of its `meta.metabase.*`.

Metabase reads a name as words and guesses a meaning from it. Meta say only what it would get
wrong: a name with abbreviations, money, fractions, keys that are no reading matter, and guesses
that mislead.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

Meta = dict[str, Any]

_ABBREVIATIONS = (
    *("arpa", "arpu", "arr", "auc", "cac", "ces", "clv", "csat"),
    *("csm", "dau", "fx", "id", "mau", "mrr", "nps", "wau"),
)
# Parts of a name that are read best behind the rest.
_QUALIFIERS = (
    (re.compile(r"_p90$"), "90th Percentile"),
    (re.compile(r"^trailing_12_"), "Trailing 12 Months"),
    (re.compile(r"_(\d+)m(?=_|$)"), r"\1 Months"),
    (re.compile(r"_(\d+)d$"), r"\1 Days"),
    (re.compile(r"_ci_low$"), "95 % Low"),
    (re.compile(r"_ci_high$"), "95 % High"),
)
_FRACTION = re.compile(r"(_rate|_share|_attainment)(_of_all|_12m)?(_ci_low|_ci_high)?$")
_MONEY = "decimal(18,2)"
# Semantic types that Metabase guesses from these names though they mean something else.
_MISLEADING = (
    (re.compile(r"^margin_window_months$|^retention_cost_ratio$"), None),  # money
    (re.compile(r"^costs_row_count$|^fully_discounted_customer_count$"), "type/Quantity"),  # money
    (re.compile(r"^(year|quarter|month|step)_number$"), "type/Category"),  # a quantity to add up
    (re.compile(r"start_date$"), None),  # when the row was created
    (re.compile(r"^company_size$"), "type/Category"),  # name of a company
    (re.compile(r"^source_table$"), None),  # where a customer came from
    (re.compile(r"^(score_sum|nps_score_standard_error)$"), None),  # a rating
    (re.compile(r"^subscription_id$"), None),  # a kind of subscription
    (re.compile(r"^(account|plan)_name$"), "type/Name"),  # nothing
)


def words(name: str) -> str:
    """Return a column name as a person reads it, such as "NPS Score, 95 % Low"."""
    behind = []
    for pattern, text in _QUALIFIERS:
        found = pattern.search(name)
        if found:
            behind.append(found.expand(text))
            name = pattern.sub("", name)
    spelled = [
        word.upper() if word in _ABBREVIATIONS else word.capitalize() for word in name.split("_")
    ]
    return ", ".join([" ".join(spelled), *behind])


def metabase_words(name: str) -> str:
    """Return what Metabase makes of a column name by itself."""
    return " ".join("ID" if word == "id" else word.capitalize() for word in name.split("_"))


def demanded(name: str, data_type: str, beside: Collection[str], currency: str = "") -> Meta:
    """Return the meta that a column has to have, without what is said by hand.

    `beside` are all columns of the mart, `currency` is that of the run.
    """
    meta: Meta = {}
    if words(name) != metabase_words(name):
        meta["metabase.display_name"] = words(name)
    if data_type == _MONEY:
        meta["metabase.semantic_type"] = "type/Currency"
        meta["metabase.number_style"] = "currency"
        meta["metabase.currency"] = currency
    elif data_type.startswith("double") and _FRACTION.search(name):
        meta["metabase.semantic_type"] = "type/Percentage"
        meta["metabase.number_style"] = "percent"
        meta["metabase.decimals"] = 1
    for pattern, semantic_type in _MISLEADING:
        if pattern.search(name):
            meta["metabase.semantic_type"] = semantic_type
    if name.endswith("_fingerprint") or _is_unread_key(name, beside):
        meta["metabase.visibility_type"] = "details-only"
    return meta


def _is_unread_key(name: str, beside: Collection[str]) -> bool:
    """Return whether a key has a name beside it, or names what nobody knows by a name."""
    if not name.endswith("_id"):
        return False
    if name in ("account_id", "plan_id", "previous_plan_id"):
        return name.replace("previous_", "").replace("_id", "_name") in beside
    return True
