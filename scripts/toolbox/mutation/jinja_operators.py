"""What can be wrong in the Jinja around the SQL: arguments swapped, numbers, days, conditions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from toolbox.mutation.operators import Edit
from toolbox.mutation.source import JinjaTag, Piece

_TESTS = {"==": "!=", "!=": "==", "<": "<=", ">": ">=", "<=": "<", ">=": ">"}
# Calls whose arguments are no SQL, or whose order is a matter of words.
_NOT_SWAPPED = {"ref", "source", "var", "config", "raise_compiler_error", "return", "join"}
_OPENING, _CLOSING = "([{", ")]}"


def jinja_edits(tag: JinjaTag, source: str) -> Iterator[Edit]:
    """Return every change proposed for one Jinja tag."""
    words = tag.words
    if "raise_compiler_error" in words or words[:1] in (("macro",), ("for",), ("endmacro",)):
        return
    if words[:1] in (("if",), ("elif",)):
        yield from _tests(tag)
        return
    for piece in tag.pieces:
        if piece.kind == "integer":
            other = {"0": "1", "1": "0"}.get(piece.text) or str(int(piece.text) + 1)
            yield Edit("constant", piece.start, piece.end, other)
    for place, piece in enumerate(tag.pieces):
        called = piece.kind == "name" and words[place + 1 : place + 2] == ("(",)
        if called and piece.text not in _NOT_SWAPPED:
            arguments = _arguments(tag.pieces, place + 1)
            yield from _swapped(arguments, source)
            yield from _off_by_one(piece.text, arguments, source)


def _tests(tag: JinjaTag) -> Iterator[Edit]:
    for piece in tag.pieces:
        if piece.kind == "operator" and piece.text in _TESTS:
            yield Edit("jinja test", piece.start, piece.end, _TESTS[piece.text])


def _arguments(pieces: tuple[Piece, ...], opening: int) -> list[tuple[int, int]]:
    """Return where each argument of a call begins and ends in the file; named ones end the list."""
    found: list[tuple[int, int]] = []
    depth, first = 0, opening + 1
    for place in range(opening, len(pieces)):
        text = pieces[place].text if pieces[place].kind == "operator" else ""
        depth += (text != "" and text in _OPENING) - (text != "" and text in _CLOSING)
        if (depth == 1 and text == ",") or depth == 0:
            is_named = place > first + 1 and pieces[first + 1].text == "="
            if place > first and not is_named:
                found.append((pieces[first].start, pieces[place - 1].end))
            first = place + 1
        if depth == 0:
            break
    return found


def _swapped(arguments: list[tuple[int, int]], source: str) -> Iterator[Edit]:
    for (start, end), (begin, finish) in itertools.pairwise(arguments):
        swapped = source[begin:finish] + source[end:begin] + source[start:end]
        yield Edit("arguments", start, finish, swapped)


def _off_by_one(name: str, arguments: list[tuple[int, int]], source: str) -> Iterator[Edit]:
    """Count a day, or what the unit is, too many."""
    if name == "dateadd" and len(arguments) == 3:
        start, end = arguments[1]
        yield Edit("off by one", start, end, f"({source[start:end]}) ~ ' + 1'")
    elif name == "days_before_as_of" and len(arguments) == 1:
        start, end = arguments[0]
        yield Edit("off by one", start, end, f"({source[start:end]} | int + 1)")
