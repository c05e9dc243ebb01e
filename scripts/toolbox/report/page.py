"""Writes the page: template, style and script of this folder, Vega, and the contents, in one file.

The contents are compressed text inside a script element that is no script; the page builds every
element from them by text, so nothing in raw data can become markup. A policy in the page's head
allows its own scripts alone and no request to anywhere.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import jinja2
import vl_convert

from toolbox.report.contents import Contents, compressed
from toolbox.report.figures import SECTIONS

FOLDER = Path(__file__).parent


def html(contents: Contents) -> str:
    """Return the whole page."""
    data = compressed(contents)
    template = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    ).get_template("page.html")
    return template.render(
        as_of=contents["as_of"],
        currency=contents["currency"],
        sections=SECTIONS,
        figures=contents["figures"],
        lists=contents["lists"],
        data=data,
        nonce=hashlib.sha256(data.encode()).hexdigest()[:32],
        style=(FOLDER / "report.css").read_text(encoding="utf-8"),
        script=(FOLDER / "report.js").read_text(encoding="utf-8"),
        vega=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"),
    )


def write(contents: Contents, file: Path) -> None:
    """Write the page to `file`; a reader never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(html(contents), encoding="utf-8")
    partial.replace(file)
