"""What can be wrong with a piece of SQL: each operator proposes small changes of its tokens."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolbox.mutation.shapes import Fragment, Span


@dataclass(frozen=True)
class Edit:
    """Replace what stands from `start` up to `end` of the file; `operator` is the kind of fault."""

    operator: str
    start: int
    end: int
    replacement: str


_SWAPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "=": ("comparison", ("!=",)),
    "!=": ("comparison", ("=",)),
    "<>": ("comparison", ("=",)),
    "<": ("boundary", ("<=", ">=")),
    "<=": ("boundary", ("<", ">")),
    ">": ("boundary", (">=", "<=")),
    ">=": ("boundary", (">", "<")),
    "TRUE": ("truth", ("false",)),
    "FALSE": ("truth", ("true",)),
    "DESC": ("order", ("",)),
    "ASC": ("order", ("desc",)),
    "PRECEDING": ("frame", ("following",)),
    "ROWS": ("frame", ("range",)),
    "RANGE": ("frame", ("rows",)),
    "UNBOUNDED": ("frame", ("1",)),
}
_CALLS: dict[str, tuple[str, ...]] = {
    "SUM": ("count", "max"),
    "COUNT": ("sum",),
    "MIN": ("max",),
    "MAX": ("min",),
    "AVG": ("sum",),
    "GREATEST": ("least",),
    "LEAST": ("greatest",),
    "FLOOR": ("ceil",),
    "CEIL": ("floor",),
    "BOOL_OR": ("bool_and",),
    "BOOL_AND": ("bool_or",),
    "LAG": ("lead",),
    "LEAD": ("lag",),
    "FIRST_VALUE": ("last_value",),
    "LAST_VALUE": ("first_value",),
    "RANK": ("row_number",),
    "ROW_NUMBER": ("rank",),
    "DENSE_RANK": ("rank",),
    "ABS": ("",),
    "LN": ("",),
    "EXP": ("",),
    "SQRT": ("",),
}


def edits(fragment: Fragment) -> Iterator[Edit]:
    """Return every change that the operators propose for one run of SQL tokens."""
    for operator in _OPERATORS:
        yield from operator(fragment)


def _at(fragment: Fragment, operator: str, span: Span, replacement: str) -> Edit:
    first, last = span
    return Edit(operator, fragment.tokens[first].start, fragment.tokens[last].end, replacement)


def _swap(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        name, others = _SWAPS.get(word, ("", ()))
        for other in others:
            yield _at(fragment, name, (place, place), other)


def _arithmetic(fragment: Fragment) -> Iterator[Edit]:
    others = {"+": "-", "-": "+", "*": "/", "/": "*"}
    for place, word in fragment.words():
        if word not in others:
            continue
        if fragment.is_value(place - 1):
            yield _at(fragment, "arithmetic", (place, place), others[word])
        elif word == "-":
            yield _at(fragment, "sign", (place, place), "")


def _negation(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        if word == "IS" and fragment.word(place + 1) == "NOT":
            yield _at(fragment, "null", (place, place + 1), "is")
        elif word == "IS" and fragment.word(place + 1) == "NULL":
            yield _at(fragment, "null", (place, place), "is not")
        elif word == "NOT" and fragment.word(place - 1) != "IS":
            yield _at(fragment, "negation", (place, place), "")


def _constants(fragment: Fragment) -> Iterator[Edit]:
    for place, token in enumerate(fragment.tokens):
        if token.kind == "NUMBER" and not fragment.is_in_type(place):
            other = {"0": "1", "1": "0"}.get(token.text) or str(Decimal(token.text) + 1)
            yield _at(fragment, "constant", (place, place), other)
        elif token.kind == "STRING" and len(token.text) > 2:
            yield _at(fragment, "text", (place, place), "'mutant'")


def _calls(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        if fragment.word(place + 1) == "(":
            is_star = fragment.word(place + 2) == "*"
            for other in _CALLS.get(word, ()) if not is_star else ():
                yield _at(fragment, "call", (place, place), other)
        if word == "DISTINCT" and fragment.word(place - 1) != "UNION":  # it says so anyway
            yield _at(fragment, "distinct", (place, place), "")


def _null_guards(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        if word not in ("COALESCE", "NULLIF") or fragment.word(place + 1) != "(":
            continue
        arguments = fragment.items(place + 2)
        whole = (place, fragment.closing(place + 1))
        for kept in (arguments if word == "COALESCE" else arguments[:1]) if arguments[1:] else ():
            yield _at(fragment, "null guard", whole, fragment.text(kept))


def _joins(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        if fragment.word(place + 1) in ("JOIN", "OUTER"):
            other = {"LEFT": "inner", "INNER": "left"}.get(word)
            if other:
                yield _at(fragment, "join", (place, place), other)
            elif word == "FULL":
                yield _at(fragment, "join", (place, place + 1), "left")


def _unions(fragment: Fragment) -> Iterator[Edit]:
    for place, word in fragment.words():
        if word != "UNION":
            continue
        last = place + (fragment.word(place + 1) == "ALL")
        if last == place:
            end = place + (fragment.word(place + 1) == "DISTINCT")
            yield _at(fragment, "union", (place, end), "union all")
        left = fragment.reach(place, -1, {"UNION", "ALL"})
        right = fragment.reach(last, 1, {"UNION"})
        if fragment.word(left) == "SELECT":  # not where a loop makes the branches
            yield _at(fragment, "union branch", (left, last), "")
        if right > last:
            yield _at(fragment, "union branch", (place, right), "")


def _order(fragment: Fragment) -> Iterator[Edit]:
    """Turn ascending into descending, drop what a window is partitioned by."""
    for place, word in fragment.words():
        if word == "ORDER BY":
            for _first, last in fragment.items(place + 1, {"ROWS", "RANGE", "LIMIT"}):
                if fragment.word(last) not in ("DESC", "ASC", "LAST", "FIRST"):
                    end = fragment.tokens[last].end
                    yield Edit("order", end, end, " desc")
        elif word == "PARTITION BY":
            for span in fragment.items(place + 1, {"ORDER BY"}):
                yield _at(fragment, "partition", span, "null")


def _conditions(fragment: Fragment) -> Iterator[Edit]:
    """Drop each side of an AND and of an OR, or a whole WHERE, ON, HAVING; and for or."""
    for word, other, neutral in (("AND", "or", "true"), ("OR", "and", "false")):
        dropped = set()
        for place, left, right in fragment.both_sides(word):
            yield _at(fragment, "logic", (place, place), other)
            dropped |= {left, right}
        for span in sorted(dropped):
            yield _at(fragment, "condition", span, neutral)
    for place, word in fragment.words():
        if word in ("WHERE", "ON", "HAVING", "QUALIFY"):
            span = fragment.condition(place)
            if span[0] <= span[1]:
                yield _at(fragment, "condition", span, "true")


def _cases(fragment: Fragment) -> Iterator[Edit]:
    """Take a branch always or never, drop the ELSE, swap the values of two branches."""
    for begin, word in fragment.words():
        marks = fragment.case_marks(begin) if word == "CASE" else []
        values: list[Span] = []
        for (place, mark), (after, _) in itertools.pairwise(marks):
            span = (place + 1, after - 1)
            if mark == "WHEN" and marks[0][0] == begin + 1:  # not of `case x when`
                yield _at(fragment, "case", span, "false")
                yield _at(fragment, "case", span, "true")
            elif mark != "WHEN":
                values.append(span)
            if mark == "ELSE":
                yield _at(fragment, "case", span, "null")
        for one, other in itertools.pairwise(values):
            between = fragment.source[fragment.tokens[one[1]].end : fragment.tokens[other[0]].start]
            swapped = fragment.text(other) + between + fragment.text(one)
            yield _at(fragment, "case", (one[0], other[1]), swapped)


_OPERATORS: tuple[Callable[[Fragment], Iterator[Edit]], ...] = (
    _swap, _arithmetic, _negation, _constants, _calls, _null_guards, _joins, _unions, _order,
    _conditions, _cases,
)  # fmt: skip
