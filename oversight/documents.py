"""What is generated from the contract: the data dictionary, the questionnaire with its mapping, the register templates."""

from __future__ import annotations

from pathlib import Path

from oversight import survey_text
from oversight.exports import registers
from oversight.model import REGISTERS, TABLES, Table
from oversight.settings import MAPPINGS, REFERENCE, ROOT


def generated() -> dict[Path, str]:
    """Path -> content of every generated text (a test holds the committed ones against this)."""
    return {
        ROOT / "docs" / "data-dictionary.md": dictionary(),
        ROOT / "docs" / "questionnaire.md": survey_text.paste_text(),
        MAPPINGS / "standard-questionnaire.toml": survey_text.mapping_toml(),
    }


def write_all() -> list[Path]:
    """Write them all, and a blank template per register. Returns the paths."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [*generated(), *registers.write_templates(REFERENCE / "templates")]


def dictionary() -> str:
    """The data dictionary as Markdown: every table of a snapshot, then the registers."""
    lines = ["# Data dictionary", "", "Generated from `oversight/model.py` by `python -m oversight documents`. Do not edit.", ""]
    for title, tables in (("Tables of a snapshot", TABLES), ("Registers (CSV, blank templates in data/reference/templates)", REGISTERS)):
        lines += [f"## {title}", ""]
        for table in tables:
            lines += _table(table)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    lines = [f"### {table.name}", "", f"{table.grain[0].upper()}{table.grain[1:]}. Key: {', '.join(table.key)}.", ""]
    lines += ["| field | type | required | meaning | allowed |", "| --- | --- | --- | --- | --- |"]
    for f in table.fields:
        allowed = ", ".join(f"`{code}`" for code in f.allowed)
        lines.append(f"| {f.name} | {f.type} | {'yes' if f.required else ''} | {f.meaning} | {allowed} |")
    return [*lines, ""]
