"""Metabase's HTTP API, as far as it is needed here: JSON in, JSON out, errors on one line."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

from toolbox.console import UserError, one_line

# What Metabase returns for a thing: its fields by name.
Entity = dict[str, Any]

_SECONDS = 60
_MESSAGE_LENGTH = 300


class Metabase:
    """One Metabase, found by its URL, entered by an API key."""

    def __init__(self, url: str, key: str) -> None:
        """Take the place; nothing is asked yet. Raises UserError where it is no http(s) URL."""
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise UserError(f"METABASE_URL {url!r} is not like https://metabase.example.com")
        self.url = url.rstrip("/")
        self._key = key

    def get(self, path: str) -> Any:  # noqa: ANN401  (JSON)
        """Return what is at `path`; a list that comes in pieces is returned whole."""
        answer = self._ask("GET", path)
        if isinstance(answer, dict) and isinstance(answer.get("data"), list):
            return answer["data"]
        return answer

    def post(self, path: str, body: Entity) -> Entity:
        """Create something; return what it became."""
        created: Entity = self._ask("POST", path, body)
        return created

    def put(self, path: str, body: Entity) -> Entity:
        """Change something; return what it became."""
        changed: Entity = self._ask("PUT", path, body)
        return changed

    def _ask(self, method: str, path: str, body: Entity | None = None) -> Any:  # noqa: ANN401
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-API-KEY": self._key},
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise UserError(self._refusal(method, path, error)) from error
        except (OSError, HTTPException) as error:
            reason = one_line(getattr(error, "reason", error))
            raise UserError(
                f"Metabase at {self.url} cannot be reached ({reason}); set METABASE_URL"
            ) from error
        try:
            return json.loads(text)
        except ValueError as error:
            raise UserError(f"{self.url}{path} does not answer as a Metabase does") from error

    def _refusal(self, method: str, path: str, error: urllib.error.HTTPError) -> str:
        if error.code in (401, 403):
            return (
                f"Metabase at {self.url} does not let METABASE_API_KEY do {method} {path}"
                f" ({error.code}); it needs a key of the group Administrators"
            )
        said = one_line(error.read().decode(errors="replace"))[:_MESSAGE_LENGTH]
        return f"Metabase at {self.url} refused {method} {path} ({error.code}): {said}"
