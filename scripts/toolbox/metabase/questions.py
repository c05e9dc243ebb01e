"""The questions: read from questions.yml, turned into what Metabase stores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("questions.yml")
COLUMNS = 24  # of a dashboard

Settings = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One query and how it is shown; what the fields mean, questions.yml says."""

    key: str
    name: str
    description: str
    display: str
    size: tuple[int, int]
    sql: str
    x: str = ""
    series: str = ""
    y: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    stacked: bool = False
    pivot: tuple[str, ...] = ()

    def query(self, schema: str) -> str:
        """Return the SQL on the marts in `schema`."""
        return self.sql.replace("{marts}", schema)

    def settings(self, currency: str) -> Settings:
        """Return Metabase's visualization_settings; `currency` is three letters or none."""
        settings: Settings = {}
        if self.x:
            settings["graph.dimensions"] = [self.x, *([self.series] if self.series else [])]
            settings["graph.metrics"] = list(self.y)
        if self.stacked:
            settings["stackable.stack_type"] = "stacked"
        if self.pivot:
            settings["table.pivot"] = True
            settings["table.pivot_column"], settings["table.cell_column"] = self.pivot
        in_money = {"number_style": "currency", **({"currency": currency} if currency else {})}
        in_percent = {"number_style": "percent", "decimals": 1}
        styles: dict[str, Settings] = {name: dict(in_money) for name in self.money}
        styles |= {name: dict(in_percent) for name in self.percent}
        if styles:
            settings["column_settings"] = {
                f'["name","{name}"]': style for name, style in styles.items()
            }
        return settings


def read(file: Path = FILE) -> list[Question]:
    """Return the questions in the order of the dashboard."""
    questions = []
    for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in entry.items()
        }
        questions.append(Question(**fields))
    return questions


def places(questions: list[Question]) -> list[Settings]:
    """Return where each question lies on the dashboard: row, col, size_x, size_y; in lines."""
    found: list[Settings] = []
    row = column = height = 0
    for question in questions:
        width, tall = question.size
        if column + width > COLUMNS:
            row, column, height = row + height, 0, 0
        found.append({"row": row, "col": column, "size_x": width, "size_y": tall})
        column, height = column + width, max(height, tall)
    return found
