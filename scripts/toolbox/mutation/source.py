"""Where SQL stands in a file of dbt: tokens with offsets, outside of Jinja and in its strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import jinja2
from sqlglot.errors import TokenError
from sqlglot.tokens import Tokenizer

_ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
_BEGINS = ("variable_begin", "block_begin", "comment_begin")
_ENDS = ("variable_end", "block_end", "comment_end")
_END_OF_MACRO = re.compile(r"\{%-?\s*endmacro\s*-?%\}")
# What is told to people is no SQL.
_MESSAGES = frozenset({"raise_compiler_error", "log"})
# What a Jinja expression becomes for the tokenizer: a name as long as itself.
_STAND_IN = "j"


@dataclass(frozen=True)
class Piece:
    """One token, from `start` up to and without `end` in the file; SQL words are upper case."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The text in upper case, but empty for strings."""
        return "" if self.kind == "STRING" else self.text.upper()


@dataclass(frozen=True)
class JinjaTag:
    """One `{{ }}` or `{% %}`: its tokens, and whether it is an expression."""

    is_expression: bool
    pieces: tuple[Piece, ...]
    start: int
    end: int

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of its tokens."""
        return tuple(piece.text for piece in self.pieces)


def jinja_tags(text: str) -> Iterator[JinjaTag]:
    """Return the Jinja expressions and statements of a file, comments left out."""
    place = begin = 0
    pieces: list[Piece] = []
    kind = ""
    for _line, token, value in _ENVIRONMENT.lex(text):
        if token == "data" and not value.strip():
            continue
        start = text.index(value, place)
        place = start + len(value)
        if token in _BEGINS:
            begin, pieces, kind = start, [], token
        elif token in _ENDS:
            if kind != "comment_begin":
                yield JinjaTag(kind == "variable_begin", tuple(pieces), begin, place)
            kind = ""
        elif kind and token != "whitespace":
            pieces.append(Piece(token, value, start, place))


def without_jinja(text: str) -> str:
    """Return the text, as long as it was: expressions as names, statements as blanks."""

    def blank(found: re.Match[str]) -> str:
        if not found[0].startswith("{{"):
            return re.sub(r"[^\n]", " ", found[0])
        return _STAND_IN * len(found[0])

    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", blank, text, flags=re.DOTALL)


def sql_pieces(text: str, offset: int = 0) -> list[Piece]:
    """Return the SQL tokens of a text that begins at `offset` of its file; none if it is no SQL."""
    try:
        tokens = Tokenizer(dialect="duckdb").tokenize(text)
    except TokenError:
        return []
    return [
        Piece(
            token.token_type.name,
            text[token.start : token.end + 1],
            offset + token.start,
            offset + token.end + 1,
        )
        for token in tokens
    ]


def sql_fragments(text: str) -> Iterator[list[Piece]]:
    """Return the tokens of the file's own SQL, by macro, then of each SQL in a Jinja string."""
    begin = 0
    for end in [*(found.end() for found in _END_OF_MACRO.finditer(text)), len(text)]:
        yield sql_pieces(without_jinja(text[begin:end]), begin)
        begin = end
    for tag in jinja_tags(text):
        if _MESSAGES & set(tag.words) or tag.words[:1] == ("if",):
            continue
        for piece in tag.pieces:
            if piece.kind == "string" and re.search(r"[ (*/+<>=-]", piece.text[1:-1]):
                yield sql_pieces(piece.text[1:-1], piece.start + 1)
