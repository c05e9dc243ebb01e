"""A real browser for the tests of pages: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

MISSING = "the tests of pages need a Chromium: sudo apt install chromium"
# No screen, no sandbox inside a container, and nothing that asks for the network.
_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
READY = "body[data-ready]"


@dataclass
class Opened:
    """A page, and what it asked for and complained of since it was opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        """Return the text of the one element."""
        return self.page.locator(selector).inner_text()

    def pick(self, select: str, value: str) -> None:
        """Choose an option of a picker, and wait until the page has drawn it."""
        before = self.page.get_attribute("body", "data-ready")
        self.page.select_option(f"#{select}", value)
        self.page.wait_for_function(
            "before => document.body.dataset.ready !== before", arg=before, timeout=20_000
        )


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; AssertionError where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


def open_file(
    browser: Browser, file: Path, *, ready: str = READY, fragment: str = "", width: int = 1280
) -> Opened:
    """Open a file in a fresh profile and wait until it is drawn."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, timezone_id="America/Los_Angeles"
    )
    opened = Opened(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("dialog", lambda dialog: opened.complaints.append(f"dialog {dialog.message}"))
    opened.page.goto(f"file://{file}{fragment}")
    opened.page.wait_for_selector(ready, timeout=30_000)
    return opened
