"""The shape of a run of SQL tokens: parentheses, lists, conditions, CASE; all without a parse tree.

A formula macro is a piece of SQL that no parser takes, so nesting is all that is gone by.
Places are indices of tokens; a span is the first and the last token's place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolbox.mutation.source import Piece

Span = tuple[int, int]
# Where a condition ends on the right, unless inside parentheses.
_CLAUSES = {
    "THEN", "ELSE", "END", "WHEN", "GROUP BY", "ORDER BY", "UNION", "QUALIFY", "HAVING", "WHERE",
    "LEFT", "INNER", "JOIN", "FULL", "CROSS", "LIMIT", "AS", ",", "ON", "FROM", "WINDOW", "SELECT",
}  # fmt: skip
_OPERATORS = set("+-*/=<>,(") | {"<=", ">=", "!=", "<>", "||"}
_NOT_VALUES = _CLAUSES - {"END"} | {"AND", "OR", "NOT", "CASE", "BY", "DISTINCT", "BETWEEN", "IN"}


@dataclass(frozen=True)
class Fragment:
    """SQL tokens of one run and the text of the file that they stand in."""

    source: str
    tokens: Sequence[Piece]

    def word(self, place: int) -> str:
        """Return the upper case word at a place, empty for strings and beyond either end."""
        if not 0 <= place < len(self.tokens):
            return ""
        return " ".join(self.tokens[place].word.split())

    def text(self, span: Span) -> str:
        """Return what stands in the file from a span's first token to its last."""
        return self.source[self.tokens[span[0]].start : self.tokens[span[1]].end]

    def is_value(self, place: int) -> bool:
        """Return whether a value ends at a place, so that a sign after it is an operator."""
        if not 0 <= place < len(self.tokens):
            return False
        word = self.word(place)
        return word not in _NOT_VALUES | _OPERATORS

    def words(self) -> Iterator[tuple[int, str]]:
        """Return every place with its word."""
        return ((place, self.word(place)) for place in range(len(self.tokens)))

    def reach(self, place: int, step: int, stops: set[str]) -> int:
        """Return the last place before a stop, a closing parenthesis or the end, going by `step`.

        What stands in parentheses, or between CASE and END, is passed over.
        """
        opening, ending = ({"(", "CASE"}, {")", "END"})[::step]
        depth = 0
        at = place
        while 0 <= at + step < len(self.tokens):
            word = self.word(at + step)
            if word in ending:
                if depth == 0:
                    return at
                depth -= 1
            elif depth == 0 and word in stops:
                return at
            elif word in opening:
                depth += 1
            at += step
        return at

    def closing(self, place: int) -> int:
        """Return the place of the parenthesis that closes the one at `place`."""
        return self.reach(place, 1, set()) + 1

    def items(self, first: int, stops: set[str] | None = None) -> list[Span]:
        """Return the spans of a list that begins at `first`, split at its commas."""
        spans: list[Span] = []
        while True:
            last = self.reach(first - 1, 1, {","} | (stops or set()))
            if last < first:
                return spans
            spans.append((first, last))
            if self.word(last + 1) != ",":
                return spans
            first = last + 2

    def both_sides(self, word: str) -> Iterator[tuple[int, Span, Span]]:
        """Return each AND or OR, the BETWEENs' left out, with what stands left and right of it."""
        stops = _CLAUSES | {"OR"} | ({"AND"} if word == "AND" else set())
        for place, found in self.words():
            if found != word or self._is_of_between(place):
                continue
            left = (self.reach(place, -1, stops), place - 1)
            yield place, left, self.condition(place, stops)

    def condition(self, place: int, stops: set[str] | None = None) -> Span:
        """Return the span of the condition after a place; one BETWEEN's AND belongs to it."""
        stops = _CLAUSES if stops is None else stops
        last = self.reach(place, 1, stops)
        if self.word(last + 1) == "AND" and self._is_of_between(last + 1):
            last = self.reach(last + 1, 1, stops)
        return place + 1, last

    def case_marks(self, place: int) -> list[tuple[int, str]]:
        """Return the WHEN, THEN, ELSE of the CASE at a place, then its END, each with its place."""
        marks: list[tuple[int, str]] = []
        at = place
        while True:
            at = self.reach(at, 1, {"WHEN", "THEN", "ELSE"}) + 1
            if at >= len(self.tokens):
                return []
            marks.append((at, self.word(at)))
            if self.word(at) not in ("WHEN", "THEN", "ELSE"):
                return marks if self.word(at) == "END" else []

    def is_in_type(self, place: int) -> bool:
        """Return whether a number is the precision of a decimal or the length of a text."""
        opening = self.reach(place, -1, set()) - 1
        return self.word(opening - 1) in ("DECIMAL", "NUMERIC", "VARCHAR")

    def _is_of_between(self, place: int) -> bool:
        before = self.reach(place, -1, _CLAUSES | {"AND", "OR", "BETWEEN"}) - 1
        return self.word(before) == "BETWEEN"
