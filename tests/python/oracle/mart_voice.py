"""The marts of what customers say, row by row."""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from oracle.figures import Z, rate, with_interval
from oracle.mart_retention import churned_customers
from oracle.retention import Segment, first_of_month
from oracle.revenue import Day, Row
from oracle.voice import UNTAGGED, place, spelled_plainly
from oracle.world import World

Rows = Iterator[dict[str, Any]]
Key = tuple[Any, ...]
NET = "net_score"


def _band(world: World, answer: Row) -> str:
    scale = world.seeds_by_survey[answer["survey_type"]]
    if answer["score"] >= scale["high_min"]:
        return "high"
    return "low" if answer["score"] <= scale["low_max"] else "middle"


def _answers(world: World) -> list[Row]:
    """Return the answers of accounts that are not internal."""
    answers = world.tables["survey_responses"]
    return [row for row in answers if row["account_id"] in world.accounts]


def counted_answers(world: World) -> list[Row]:
    """Return the latest answer of each respondent to a survey in a month."""
    latest: dict[Key, Row] = {}
    for row in sorted(_answers(world), key=lambda row: (row["responded_at"], row["response_id"])):
        who = ("user", row["user_id"]) if row["user_id"] else ("account", row["account_id"])
        month = first_of_month(row["responded_date"])
        latest[(month, row["survey_type"], place(row["touchpoint"]), who)] = row
    return list(latest.values())


def survey_responses(world: World) -> Rows:
    """Yield fct_survey_responses."""
    counted = {row["response_id"] for row in counted_answers(world)}
    shows_text = bool(world.variables["include_free_text"])
    names = ("response_id", "account_id", "user_id", "invitation_id", "survey_type")
    names += ("responded_date", "responded_at", "score")
    for row in _answers(world):
        yield {name: row[name] for name in names} | {
            "touchpoint": place(row["touchpoint"]),
            "survey_month": first_of_month(row["responded_date"]),
            "score_band": _band(world, row),
            "is_counted": row["response_id"] in counted,
            "is_commented": row["comment"] is not None,
            "comment": row["comment"] if shows_text else None,
        }


def _survey_keys(world: World, row: Row, day: Day) -> Iterator[Key]:
    month = first_of_month(day)
    tier = world.month_tier(row["account_id"], month)
    for touchpoint in {place(row["touchpoint"]), "all"}:
        for segment in world.cuts(row["account_id"], tier):
            yield (month, row["survey_type"], touchpoint, segment)


def _invitations(world: World) -> dict[Key, list[tuple[bool, bool]]]:
    """Return what became of the invitations: answered in time, and whether it still may be."""
    sent: dict[Key, list[tuple[bool, bool]]] = defaultdict(list)
    given: dict[str, list[Day]] = defaultdict(list)
    for row in world.tables["survey_responses"]:
        if row["invitation_id"]:
            given[row["invitation_id"]].append(row["responded_date"])
    window = datetime.timedelta(days=int(world.variables["survey_window_days"]))
    for row in world.tables["survey_invitations"]:
        if row["account_id"] in world.accounts:
            days, last = given[row["invitation_id"]], row["sent_date"] + window
            found = any(day <= last for day in days), not days and last > world.as_of
            for key in _survey_keys(world, row, row["sent_date"]):
                sent[key].append(found)
    return sent


def survey_scores_monthly(world: World) -> Rows:
    """Yield fct_survey_scores_monthly from the first answer or invitation on."""
    answers: dict[Key, list[Row]] = defaultdict(list)
    for row in counted_answers(world):
        for key in _survey_keys(world, row, row["responded_date"]):
            answers[key].append(row)
    sent = _invitations(world)
    keys = [*answers, *sent]
    surveys = {(key[1], key[2]) for key in keys}
    first = min((key[0] for key in keys), default=world.as_of)
    for month in (month for month in world.months if month >= first and keys):
        for survey_type, touchpoint in surveys:
            for segment in world.segments:
                key = (month, survey_type, touchpoint, segment)
                yield {
                    "survey_month": month,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "survey_type": survey_type,
                    "touchpoint": touchpoint,
                } | _scores(world, month, survey_type, answers.get(key, []), sent.get(key, []))


def _scores(
    world: World,
    month: Day,
    survey_type: str,
    answers: list[Row],
    sent: list[tuple[bool, bool]],
) -> dict[str, Any]:
    bands = [_band(world, row) for row in answers]
    high, low, n = bands.count("high"), bands.count("low"), len(bands)
    answered, still_open = sum(done for done, _ in sent), sum(is_open for _, is_open in sent)
    total = sum((row["score"] for row in answers), Decimal(0))
    is_partial = world.is_partial(month)
    row: dict[str, Any] = {
        "response_count": n,
        "high_response_count": high,
        "low_response_count": low,
        "net_response_count": high - low,
        "invitation_count": len(sent),
        "answered_invitation_count": answered,
        "open_invitation_count": still_open,
        "score_sum": total,
        "average_score": rate(total, n),
        "is_matured": not still_open and not is_partial,
        "is_partial_month": is_partial,
    }
    is_net = world.seeds_by_survey[survey_type]["method"] == NET
    row |= nps(high, low, n) if is_net else dict.fromkeys(nps(1, 1, 2))
    share = with_interval("high_score_rate", high, n, is_shown=not is_net)
    row |= share | with_interval("survey_response_rate", answered, len(sent))
    for name in ("csat", "ces", "feedback"):
        row[f"{name}_average"] = row["average_score"] if survey_type == name else None
    for kind, name in (("csat", "csat_satisfied_rate"), ("ces", "ces_easy_rate")):
        for end in ("", "_ci_low", "_ci_high"):
            row[name + end] = share[f"high_score_rate{end}"] if survey_type == kind else None
    return row


def nps(promoters: int, detractors: int, count: int) -> dict[str, float | None]:
    """Return NPS, its standard error and its interval, from the spread of +1, 0 and -1."""
    names = ("nps_score", "nps_score_standard_error", "nps_score_ci_low", "nps_score_ci_high")
    if not count:
        return dict.fromkeys(names)
    mean = (promoters - detractors) / count
    squares = promoters * (1 - mean) ** 2 + detractors * (1 + mean) ** 2
    squares += (count - promoters - detractors) * mean**2
    score, error = 100 * mean, 100 * math.sqrt(squares / count / count)
    low, high = max(score - Z * error, -100.0), min(score + Z * error, 100.0)
    return dict(zip(names, (score, error, low, high), strict=True))


# --- themes ---------------------------------------------------------------------------------------


def themes_of(world: World, *texts: str | None) -> set[str]:
    """Return the themes that texts, taken as one, speak of."""
    words = spelled_plainly(" ".join(text or "" for text in texts))
    found = set()
    for row in world.seeds["feedback_themes"]:
        keyword = spelled_plainly(row["keyword"])
        is_inside = row["keyword"].startswith("*")
        if keyword.strip() and (keyword.strip() if is_inside else keyword) in words:
            found.add(row["theme"])
    return found


def _losses(world: World) -> list[dict[str, Any]]:
    return [row for row in churned_customers(world) if not row["is_intra_month"]]


def _loss_themes(world: World, loss: Row) -> dict[str, tuple[bool, bool]]:
    """Return the themes of a lost customer: said on leaving, said in the days before."""
    days = int(world.variables["churn_feedback_days"])
    subscription = world.ledger.rows[loss["subscription_id"]]
    leaving = themes_of(world, subscription["cancel_reason"], subscription["cancel_comment"])
    before: set[str] = set()
    for row in world.answers_of[loss["account_id"]]:
        if row["comment"] and 0 <= (loss["churn_date"] - row["responded_date"]).days <= days:
            before |= themes_of(world, row["comment"])
    return {t: (t in leaving, t in before) for t in leaving | before or {UNTAGGED}}


def _said(world: World) -> Iterator[tuple[str, Day, str, list[str]]]:
    """Yield account, month, theme and what to count of comments and of lost customers."""
    for row in counted_answers(world):
        names = ["comment_count"]
        if world.seeds_by_survey[row["survey_type"]]["method"] == NET:
            side = {"high": "promoter", "low": "detractor"}.get(_band(world, row))
            names += ["nps_comment_count", *([f"{side}_comment_count"] if side else [])]
        if row["comment"]:
            for theme in themes_of(world, row["comment"]) or {UNTAGGED}:
                yield row["account_id"], first_of_month(row["responded_date"]), theme, names
    for loss in _losses(world):
        for theme, (on_leaving, before) in _loss_themes(world, loss).items():
            names = ["churned_with_theme_count"]
            names += ["said_on_leaving_count"] * on_leaving + ["said_before_count"] * before
            yield loss["account_id"], loss["churn_month"], theme, names


def _theme_counts(
    world: World,
) -> tuple[dict[Key, dict[str, int]], dict[tuple[Day, Segment], int]]:
    """Return counts by month, theme and segment, and customers lost by month and segment."""
    counts: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lost: dict[tuple[Day, Segment], int] = defaultdict(int)
    for account_id, month, theme, names in _said(world):
        for segment in world.cuts(account_id, world.month_tier(account_id, month)):
            for name in names:
                counts[(month, theme, segment)][name] += 1
    for loss in _losses(world):
        tier = world.month_tier(loss["account_id"], loss["churn_month"])
        for segment in world.cuts(loss["account_id"], tier):
            lost[(loss["churn_month"], segment)] += 1
    return counts, lost


def feedback_themes_monthly(world: World) -> Rows:
    """Yield fct_feedback_themes_monthly: every theme, spoken of or not."""
    counts, lost = _theme_counts(world)
    themes = {row["theme"] for row in world.seeds["feedback_themes"]} | {UNTAGGED}
    for month in world.months:
        for theme in themes:
            for segment in world.segments:
                yield {
                    "feedback_month": month,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "theme": theme,
                    "is_partial_month": world.is_partial(month),
                } | _theme(counts.get((month, theme, segment), {}), lost[(month, segment)])


def _theme(counts: Mapping[str, int], lost: int) -> dict[str, Any]:
    names = ("comment_count", "nps_comment_count", "promoter_comment_count")
    names += ("detractor_comment_count", "churned_with_theme_count", "said_on_leaving_count")
    row: dict[str, Any] = {name: counts.get(name, 0) for name in (*names, "said_before_count")}
    promoters, detractors = row["promoter_comment_count"], row["detractor_comment_count"]
    row["net_promoter_comment_count"] = promoters - detractors
    row["theme_nps_score"] = nps(promoters, detractors, row["nps_comment_count"])["nps_score"]
    row["churned_customer_count"] = lost
    return row | with_interval("churned_customer_theme_rate", row["churned_with_theme_count"], lost)


MARTS = {
    "fct_survey_responses": survey_responses,
    "fct_survey_scores_monthly": survey_scores_monthly,
    "fct_feedback_themes_monthly": feedback_themes_monthly,
}
