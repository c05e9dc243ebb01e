"""The health marts, row by row, with the sentences that are read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oracle.figures import Z, rate, with_interval
from oracle.health import Seen, auc
from oracle.retention import first_of_month
from oracle.revenue import ONE_DAY
from oracle.world import World

Rows = Iterator[dict[str, Any]]
Sentence = Callable[[Mapping[str, Any]], str]


def account_health(world: World) -> Rows:
    """Yield fct_account_health."""
    for (account_id, day), row in world.account_health.items():
        yield row | {
            "account_id": account_id,
            "snapshot_date": day,
            "snapshot_month": first_of_month(day),
            "is_month_end": (day + ONE_DAY).day == 1,
            "is_latest": day == world.as_of,
            "is_window_complete": world.health.is_whole(day),
            "is_customer": row["mrr"] > 0,
        }


def health_backtest(world: World) -> Rows:
    """Yield fct_health_backtest: every month end by itself, then all of them together."""
    seen = world.health.seen(world.account_health)
    ends = sorted({one.month_end for one in seen})
    for day in ends:
        mine = [one for one in seen if one.month_end == day]
        yield from _backtest(world, {"backtest_scope": "month_end", "backtest_date": day}, mine)
    if ends:
        key = {"backtest_scope": "all_month_ends", "backtest_date": ends[-1]}
        yield from _backtest(world, key, seen)


def _backtest(world: World, key: Mapping[str, Any], seen: Sequence[Seen]) -> Rows:
    names = ("pair_count", "ordered_pair_count", "auc", "auc_standard_error")
    ends = ("auc_ci_low", "auc_ci_high")
    of_all = rate(sum(one.is_lost for one in seen), len(seen))
    for band in [*(row["band"] for row in world.seeds["health_bands"]), "all"]:
        mine = [one for one in seen if band in ("all", one.band)]
        lost = sum(one.is_lost for one in mine)
        row = {
            **key,
            "health_band": band,
            "account_count": len(mine),
            "churned_count": lost,
            "churn_rate_of_all": of_all,
            **with_interval("churn_rate", lost, len(mine)),
        }
        row["churn_lift"] = (
            row["churn_rate"] / of_all if of_all and row["churn_rate"] is not None else None
        )
        row |= dict.fromkeys((*names, *ends))
        if band == "all":
            row |= dict(zip(names, auc(seen), strict=True))
            if row["auc"] is not None:
                width = Z * row["auc_standard_error"]
                row["auc_ci_low"] = max(0.0, row["auc"] - width)
                row["auc_ci_high"] = min(1.0, row["auc"] + width)
        yield row


# --- the two lists --------------------------------------------------------------------------------


def _whole(number: Any) -> str:
    return str(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))


def _seats(row: Mapping[str, Any]) -> str:
    return f"it uses {row['active_user_count_30d']} of {_whole(row['purchased_seat_count'])} seats"


def _usage(word: str) -> Sentence:
    def sentence(row: Mapping[str, Any]) -> str:
        before, now = row["previous_event_count_28d"], row["event_count_28d"]
        return f"usage {word} from {before} to {now} events in 28 days"

    return sentence


def _answer(survey_type: str) -> Sentence:
    return lambda row: f"its last {survey_type.upper()} answer was {_whole(row[survey_type])}"


def _login(row: Mapping[str, Any]) -> str:
    last = row["last_login_date"]
    return f"nobody has logged in {f'since {last}' if last else 'yet'}"


REASONS: Mapping[str, Sentence] = {
    "has_cancelled": lambda row: f"it has cancelled and service ends on {row['service_end_date']}",
    "is_low_band": lambda row: f"its health is {row['health_band']}",
    "is_usage_down": _usage("fell"),
    "is_detractor": _answer("nps"),
    "is_dissatisfied": _answer("csat"),
    "is_high_effort": _answer("ces"),
    "has_open_escalation": lambda _: "an escalated ticket is open",
    "is_past_due": lambda _: "a payment is past due",
    "is_renewal_near": lambda row: f"its term ends on {row['renewal_date']}",
    "is_trial_unpaid": lambda row: f"its trial ended on {row['trial_end_date']} without a purchase",
    "is_login_missing": _login,
    "is_seats_unused": _seats,
    "is_using_few_features": lambda row: (
        f"it uses {row['used_feature_count_30d']} of {row['feature_count']} features"
    ),
    "is_champion_gone": lambda _: "its champion is no longer active",
}
SIGNS: Mapping[str, Sentence] = {
    "is_thriving": lambda row: f"its health is {row['health_band']}",
    "is_seats_full": _seats,
    "is_promoter": _answer("nps"),
    "is_usage_up": _usage("rose"),
}
USE = (
    "event_count_28d",
    "previous_event_count_28d",
    "active_user_count_30d",
    "purchased_seat_count",
    "used_feature_count_30d",
    "last_login_date",
)


def _signals(world: World) -> list[dict[str, Any]]:
    """Return what is true of every account that could be on a list."""
    engagement = world.engagement.now(world.variables["champion_roles"])
    rows = []
    for account_id, row in world.health.reasons(world.account_health, engagement).items():
        health = world.account_health.get((account_id, world.as_of), {})
        used = engagement.get(account_id, {})
        rows.append(
            row
            | {name: used.get(name) for name in USE}
            | world.health.said(account_id)
            | {
                "account_id": account_id,
                "account_name": world.shown_name(account_id),
                "csm_owner": world.accounts[account_id]["csm_owner"],
                "mrr_at_stake": row["mrr"],
                "health_score": health.get("health_score"),
                "health_band": health.get("health_band"),
                "feature_count": len(world.engagement.features),
            }
        )
    return rows


def _spoken(row: Mapping[str, Any], words: str, reasons: Mapping[str, Sentence]) -> str:
    said = [sentence(row) for name, sentence in reasons.items() if row[name]]
    return f"{row['account_name'] or row['account_id']} {words}: {', '.join(said)}."


def at_risk_accounts(world: World) -> Rows:
    """Yield fct_at_risk_accounts: who has cancelled first, then the largest."""
    rows = []
    for row in _signals(world):
        row["reason_count"] = sum(bool(row[name]) for name in REASONS)
        if row["reason_count"]:
            rows.append(row | {"reasons_sentence": _spoken(row, "is at risk", REASONS)})
    rows.sort(
        key=lambda row: (
            not row["has_cancelled"],
            -row["mrr"],
            -row["reason_count"],
            row["account_id"].encode(),
        )
    )
    for position, row in enumerate(rows, 1):
        yield row | {"list_position": position}


def expansion_candidates(world: World) -> Rows:
    """Yield fct_expansion_candidates: those at risk last, then by signs and size."""
    at_risk = {row["account_id"] for row in at_risk_accounts(world)}
    rows = []
    for row in _signals(world):
        row["sign_count"] = sum(bool(row[name]) for name in SIGNS)
        row["is_at_risk"] = row["account_id"] in at_risk
        if row["sign_count"]:
            rows.append(row | {"signs_sentence": _spoken(row, "may be ready for more", SIGNS)})
    rows.sort(
        key=lambda row: (
            row["is_at_risk"],
            -row["sign_count"],
            -row["mrr"],
            row["account_id"].encode(),
        )
    )
    for position, row in enumerate(rows, 1):
        yield row | {"list_position": position}


MARTS = {
    "fct_account_health": account_health,
    "fct_health_backtest": health_backtest,
    "fct_at_risk_accounts": at_risk_accounts,
    "fct_expansion_candidates": expansion_candidates,
}
