"""What the people of a generated company do, say, ask and recommend."""

from __future__ import annotations

import datetime
from random import Random

from generated.revenue import day_of
from generated.values import Company, Row, after, any_day, is_one_in, moment, one, times

# Minutes to the next event: either side of the gaps that end a session, and days for windows.
MINUTES = (0, 1, 5, 9, 10, 11, 29, 30, 31, 300, 1440, 7 * 1440, 27 * 1440, 28 * 1440, 30 * 1440)
EVENTS = (
    "login",
    "login",
    "dashboard_viewed",
    "record_edited",
    "report_created",
    "workspace_created",
    "data_imported",
    "user_invited",
    "search_used",
    "report_shared",
    "integration_connected",
    "error_shown",
    "not_in_the_catalogue",
)
# The lowest and highest score of each type of survey, those on either side of its limits, halves.
SCORES = {
    "nps": ("0", "6", "7", "8", "9", "10", "8.5"),
    "csat": ("1", "3", "4", "5", "6", "7", "5.5"),
    "CES": ("1", "3", "4", "5", "7"),
    "feedback": ("1", "4", "5", "8", "10"),
}
COMMENTS = ("", "", "Too expensive, bad support", "price!", "Zu teuer", "priceless", "fine")


def people(rng: Random, company: Company, own: Row) -> list[str]:
    """Draw the users of an account and what they did; return their ids and none."""
    name, ids = own["account_id"], []
    for number in times(rng, 0, 1, 1, 2, 3):
        day = after(rng, day_of(own["created_at"]))
        ids.append(f"u_{name}_{number}")
        company["users"].append(
            {
                "user_id": ids[-1],
                "account_id": name,
                "created_at": moment(rng, day),
                "role": one(rng, "Owner", "member", "admin", ""),
                "deactivated_at": moment(rng, after(rng, day)) if is_one_in(rng, 4) else "",
            }
        )
        _events(rng, company, ids[-1], name)
    return [*ids, ""]


def _events(rng: Random, company: Company, user_id: str, account_id: str) -> None:
    """Draw the events of a user, many just before midnight."""
    start = datetime.time.fromisoformat(one(rng, "23:45:00", "12:00:00", "00:00:00", "03:59:59"))
    now = datetime.datetime.combine(any_day(rng), start)
    # who is busy does much in little time: enough for the best bands of health
    minutes = MINUTES if not is_one_in(rng, 4) else MINUTES[:9]
    for number in times(rng, 0, 1, 3, 3, 6, 6, 9, 40):
        now += datetime.timedelta(minutes=rng.choice(minutes))
        company["usage_events"].append(
            {
                "event_id": f"e_{user_id}_{number}",
                "user_id": user_id,
                "account_id": account_id,
                "occurred_at": str(now),
                "event_name": rng.choice(EVENTS),
            }
        )


def surveys(rng: Random, company: Company, own: Row, people: list[str]) -> None:
    """Draw invitations, answers in time, late and uninvited, and second thoughts."""
    name, day = own["account_id"], any_day(rng)
    for number in times(rng, 0, 0, 1, 2, 4):
        day = after(rng, day, (0, 1, 5, 20, 31))
        kind = rng.choice(tuple(SCORES))
        said: Row = {
            "account_id": name,
            "user_id": rng.choice(people),
            "survey_type": kind,
            "touchpoint": one(rng, "", "support", "renewal"),
        }
        invitation = ""
        if not is_one_in(rng, 3):
            invitation = f"v_{name}_{number}"
            sent = {"invitation_id": invitation, "sent_at": moment(rng, day)}
            company["survey_invitations"].append(sent | said)
            if is_one_in(rng, 4):
                continue
        answered = after(rng, day, (0, 1, 11, 12, 13, 29, 30, 31))
        for again in times(rng, 1, 1, 1, 2):
            company["survey_responses"].append(
                said
                | {
                    "response_id": f"r_{name}_{number}_{again}",
                    "invitation_id": invitation,
                    "score": rng.choice(SCORES[kind]),
                    "comment": rng.choice(COMMENTS),
                    "responded_at": moment(rng, answered),
                }
            )


def tickets(rng: Random, company: Company, own: Row, people: list[str]) -> None:
    """Draw cases: unanswered, unresolved, resolved at once, with nothing known about them."""
    name = own["account_id"]
    for number in times(rng, 0, 0, 1, 2, 3):
        day = any_day(rng)
        opened = datetime.datetime.combine(day, datetime.time(12, 0, 30))
        response = opened + datetime.timedelta(seconds=int(one(rng, "0", "59", "90", "86400")))
        company["support_tickets"].append(
            {
                "ticket_id": f"t_{name}_{number}",
                "account_id": name,
                "user_id": rng.choice(people),
                "channel": one(rng, "email", "chat", ""),
                "priority": one(rng, "high", ""),
                "opened_at": str(opened),
                "first_response_at": str(response) if not is_one_in(rng, 4) else "",
                "resolved_at": str(after(rng, day, (1, 2, 30))) if not is_one_in(rng, 4) else "",
                "agent_interactions": one(rng, "1", "1", "0", "2", ""),
                "reopened_count": one(rng, "0", "", "1"),
                "is_escalated": one(rng, "false", "", "true"),
            }
        )


def referrals(rng: Random, company: Company) -> None:
    """Draw who recommended the company to whom, or to nobody yet."""
    names = [row["account_id"] for row in company["accounts"]]
    for number in times(rng, 0, 0, 1, 2):
        company["referrals"].append(
            {
                "referral_id": f"f{number}",
                "referring_account_id": rng.choice(names),
                "referred_account_id": rng.choice([*names, ""]),
                "referred_at": moment(rng, any_day(rng)),
            }
        )


def goals(rng: Random, company: Company) -> None:
    """Draw visitors who saw and completed goals, in this order or not."""
    names = [row["account_id"] for row in company["accounts"]]
    for number in times(rng, 0, 0, 2, 4):
        company["goal_events"].append(
            {
                "event_id": f"o{number}",
                "visitor_id": one(rng, "w1", "w2"),
                "account_id": rng.choice([*names, ""]),
                "goal": one(rng, "trial_signup", "trial_signup", "newsletter", "no such goal"),
                "step": one(rng, "exposed", "exposed", "completed"),
                "occurred_at": moment(rng, any_day(rng)),
                "channel": one(rng, "search", ""),
            }
        )
