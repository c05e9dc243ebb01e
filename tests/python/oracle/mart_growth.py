"""The growth marts, row by row."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from oracle.figures import with_interval
from oracle.retention import UNKNOWN, Segment, first_of_month, later
from oracle.revenue import Day
from oracle.world import World

Rows = Iterator[dict[str, Any]]
TRIALS = (
    "trial_count",
    "converted_trial_count",
    "open_trial_count",
    "add_on_trial_count",
    "converted_add_on_trial_count",
)
FREEMIUM = (
    "free_plan_account_count",
    "opening_free_plan_account_count",
    "started_free_plan_account_count",
    "converted_free_plan_account_count",
)
FUNNEL = (
    "signed_up_account_count",
    "entered_account_count",
    "reached_account_count",
    "dropped_account_count",
    "waiting_account_count",
)
REFERRALS = (
    "referral_count",
    "signed_up_referral_count",
    "converted_referral_count",
    "new_customer_count",
    "referred_new_customer_count",
)


def _row(
    world: World, name: str, month: Day, segment: Segment, counts: Mapping[str, int]
) -> dict[str, Any]:
    return {
        name: month,
        "segment_type": segment[0],
        "segment_value": segment[1],
        "is_partial_month": world.is_partial(month),
        **counts,
    }


def _counts(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {name: int(found.get(name, 0)) for name in names}


def trials(world: World) -> Rows:
    """Yield fct_trials."""
    for subscription_id, trial in world.growth.trials().items():
        day = trial.converted_on
        yield {
            "subscription_id": subscription_id,
            "account_id": trial.account_id,
            "trial_start_date": trial.start,
            "cohort_month": first_of_month(trial.start),
            "trial_end_date": trial.end,
            "conversion_window_end_date": trial.window_end,
            "plan_id": trial.plan_id,
            "plan_tier": trial.plan_tier,
            "is_add_on": trial.is_add_on,
            "is_converted": day is not None,
            "conversion_date": day,
            "days_to_conversion": (day - trial.start).days if day else None,
            "is_matured": trial.is_matured,
        }


def trial_conversion_monthly(world: World) -> Rows:
    """Yield fct_trial_conversion_monthly."""
    cohorts = world.growth.trial_cohorts()
    for month in world.months:
        for segment in world.segments:
            counts = _counts(cohorts.get((month, *segment), {}), TRIALS)
            row = _row(world, "cohort_month", month, segment, counts)
            is_over = not row["is_partial_month"]
            row["is_matured"] = is_over and not counts["open_trial_count"]
            yield row | with_interval(
                "free_trial_conversion_rate",
                counts["converted_trial_count"],
                counts["trial_count"],
                is_shown=is_over,
            )


def freemium_conversion_monthly(world: World) -> Rows:
    """Yield fct_freemium_conversion_monthly."""
    found = world.growth.freemium()
    for month in world.months:
        for segment in world.segments:
            counts = _counts(found.get((month, *segment), {}), FREEMIUM)
            row = _row(world, "mrr_month", month, segment, counts)
            yield row | with_interval(
                "freemium_conversion_rate",
                counts["converted_free_plan_account_count"],
                counts["free_plan_account_count"],
                is_shown=not row["is_partial_month"],
            )


def _is_decided(world: World, month: Day, within_days: int) -> bool:
    """Have the days run out for who signed up on the last of a month?"""
    return later(month, 1) + datetime.timedelta(days=within_days - 1) <= world.as_of


def onboarding_funnel(world: World) -> Rows:
    """Yield fct_onboarding_funnel from the first cohort on."""
    found = world.growth.funnel()
    first = min((key[0] for key in found), default=world.as_of)
    for month in (month for month in world.months if month >= first and found):
        for step in world.seeds["onboarding_steps"]:
            for segment in world.segments:
                counts = _counts(found.get((month, step["step_number"], *segment), {}), FUNNEL)
                row = _row(world, "cohort_month", month, segment, counts)
                names = ("step_number", "step", "within_days", "is_activation")
                row |= {name: step[name] for name in names}
                row["is_matured"] = _is_decided(world, month, step["within_days"])
                yield row | with_interval(
                    "drop_off_rate",
                    counts["dropped_account_count"],
                    counts["entered_account_count"],
                    is_shown=not row["is_partial_month"],
                )


def activation_monthly(world: World) -> Rows:
    """Yield fct_activation_monthly from the first cohort on."""
    found = world.growth.activation()
    steps = [step for step in world.seeds["onboarding_steps"] if step["is_activation"]]
    first = min((key[0] for key in found), default=world.as_of)
    for month in (month for month in world.months if month >= first and found):
        for segment in world.segments:
            sums = found.get((month, *segment), {})
            counts = _counts(sums, ("signed_up_account_count", "activated_account_count"))
            row = _row(world, "cohort_month", month, segment, counts)
            row["within_days"] = steps[0]["within_days"]
            row["time_to_value_days"] = sums.get("time_to_value_days")
            row["is_matured"] = _is_decided(world, month, steps[0]["within_days"])
            yield row | with_interval(
                "activation_rate",
                counts["activated_account_count"],
                counts["signed_up_account_count"],
                is_shown=not row["is_partial_month"],
            )


def goal_conversion_monthly(world: World) -> Rows:
    """Yield fct_goal_conversion_monthly from the first exposure on, and goals nobody has seen."""
    found = world.growth.goals()
    labels = {row["goal"]: row["label"] for row in world.seeds["conversion_goals"]}
    first = min((key[0] for key in found), default=world.as_of)
    places = {(goal, channel) for _, goal, channel in found} | {(goal, "all") for goal in labels}
    for month in (month for month in world.months if month >= first and found):
        for goal, channel in places:
            counts = _counts(
                found.get((month, goal, channel), {}),
                ("exposed_visitor_count", "completed_visitor_count"),
            )
            yield {
                "exposure_month": month,
                "goal": goal,
                "channel": channel,
                "goal_label": labels.get(goal, goal),
                "is_partial_month": world.is_partial(month),
                **counts,
            } | with_interval(
                "conversion_rate",
                counts["completed_visitor_count"],
                counts["exposed_visitor_count"],
                is_shown=not world.is_partial(month),
            )


def referrals_monthly(world: World) -> Rows:
    """Yield fct_referrals_monthly from the first referral on."""
    found = world.growth.referral_months()
    first = min((key[0] for key in found), default=world.as_of)
    for month in (month for month in world.months if month >= first and found):
        for segment in world.segments:
            counts = _counts(found.get((month, *segment), {}), REFERRALS)
            row = _row(world, "mrr_month", month, segment, counts)
            is_shown = not row["is_partial_month"]
            row |= with_interval(
                "referral_conversion_rate",
                counts["converted_referral_count"],
                counts["referral_count"],
                is_shown=is_shown,
            )
            yield row | with_interval(
                "referred_customer_share",
                counts["referred_new_customer_count"],
                counts["new_customer_count"],
                is_shown=is_shown,
            )


def advocates(world: World) -> Rows:
    """Yield fct_advocates."""
    names = ("region", "country", "industry", "company_size", "acquisition_channel", "csm_owner")
    days: dict[str, list[Day]] = {}
    for referral in world.growth.referrals():
        made_by = referral.row["referring_account_id"]
        days.setdefault(made_by, []).append(referral.row["referred_date"])
    for (account_id,), counts in world.growth.advocates().items():
        account = world.accounts[account_id]
        life = world.ledger.life_of.get(account_id)
        paid = [day for day, held in life.paid.items() if held] if life else []
        this_month = first_of_month(world.as_of)
        mrr = sum(
            world.growth.pays(account_id, world.as_of).values(), start=0 * counts["referred_mrr"]
        )
        yield {
            **counts,
            "account_id": account_id,
            "account_name": world.shown_name(account_id),
            "first_referral_date": min(days[account_id]),
            "last_referral_date": max(days[account_id]),
            "is_customer": mrr > 0,
            "first_mrr_date": min(paid, default=None),
            "mrr": mrr,
            "plan_tier": (life.tiers.get(this_month) if life else None) or UNKNOWN,
            **{name: account[name] or UNKNOWN for name in names},
            "signup_cohort": account["signup_cohort"],
        }


MARTS = {
    "fct_trials": trials,
    "fct_trial_conversion_monthly": trial_conversion_monthly,
    "fct_freemium_conversion_monthly": freemium_conversion_monthly,
    "fct_onboarding_funnel": onboarding_funnel,
    "fct_activation_monthly": activation_monthly,
    "fct_goal_conversion_monthly": goal_conversion_monthly,
    "fct_referrals_monthly": referrals_monthly,
    "fct_advocates": advocates,
}
