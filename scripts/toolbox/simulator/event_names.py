"""The usage events the product sends, how often each, and how busy a day is."""

from __future__ import annotations

# Event names in the order of their discovery: weights by tier code (free, silver, gold, platinum).
EVENTS: tuple[tuple[str, tuple[int, int, int, int]], ...] = (
    ("dashboard_viewed", (400, 300, 240, 200)),
    ("report_viewed", (250, 180, 150, 130)),
    ("report_created", (80, 90, 85, 80)),
    ("record_edited", (150, 160, 150, 140)),
    ("comment_added", (50, 80, 80, 70)),
    ("report_shared", (10, 50, 60, 60)),
    ("data_imported", (20, 40, 40, 40)),
    ("search_used", (30, 40, 45, 50)),
    ("automation_run", (0, 10, 60, 70)),
    ("automation_created", (0, 2, 18, 20)),
    ("integration_connected", (0, 2, 8, 10)),
    ("api_called", (0, 4, 20, 60)),
    ("forecast_viewed", (0, 0, 10, 35)),
    ("audit_log_viewed", (0, 0, 2, 20)),
    ("error_shown", (8, 26, 20, 10)),
    ("email_opened", (2, 12, 10, 4)),
    ("beta_banner_clicked", (0, 4, 2, 1)),
)
LOGIN = "login"
MORE_NAMES = ("workspace_created", "user_invited", "cancellation_page_viewed", "data_exported")
NAMES = (*(name for name, _ in EVENTS), LOGIN, *MORE_NAMES)
CODES = {name: code for code, name in enumerate(NAMES)}

# How busy a day is, in percent: by weekday (Monday first) and by calendar month.
WEEKDAYS = (100, 106, 104, 100, 86, 16, 14)
MONTHS = (98, 102, 104, 98, 96, 92, 66, 84, 104, 106, 104, 70)
