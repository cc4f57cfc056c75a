"""Files written the same way every time: CSV, gzip, zip and a plain xlsx, with no clock in any of them.

The workbooks are written here rather than by a library, so that the committed bytes do not hang on a library's version.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

Cell = str | int | float | bool | datetime | None

#: Every archive member bears this time, and every workbook was "made" then.
MADE = (2026, 10, 1, 0, 0, 0)
_EXCEL_EPOCH = datetime(1899, 12, 30)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def stream(seed: int, topic: str) -> random.Random:
    """The random numbers of one topic: adding a draw to one topic leaves all the others as they were."""
    return random.Random(f"{seed}:{topic}")  # noqa: S311 - a sample, not a secret


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",", newline: str = "\r\n") -> str:
    """Rows as delimited text; None becomes an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write text (line ends untouched) or bytes, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)


def gz_bytes(text: str) -> bytes:
    """Text, gzipped with neither a name nor a time inside."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()


def zip_bytes(members: Mapping[str, str | bytes]) -> bytes:
    """An archive whose bytes depend on its members alone, not on the clock or the operating system."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, MADE)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content, compresslevel=9)
    return buffer.getvalue()


@dataclass(frozen=True)
class Sheet:
    """One worksheet, header first. ``table`` names an Excel table over the rows; ``dimension`` is stated as it stands."""

    name: str
    rows: Sequence[Sequence[Cell]]
    table: str = ""
    dimension: str = ""


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of text, numbers and times (serial numbers in the short format that Microsoft Forms gives them)."""
    strings: dict[str, int] = {}
    parts: dict[str, str] = {
        "[Content_Types].xml": _content_types(sheets),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
    }
    names = "".join(f'<sheet name="{html.escape(s.name)}" sheetId="{i}" r:id="rId{i}"/>' for i, s in enumerate(sheets, 1))
    parts["xl/workbook.xml"] = f'{_HEAD}<workbook {_MAIN} xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>'
    targets = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    parts["xl/_rels/workbook.xml.rels"] = _relations([*targets, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")])
    parts["xl/styles.xml"] = _STYLES
    for i, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet_xml(sheet, strings)
        if sheet.table:
            parts[f"xl/worksheets/_rels/sheet{i}.xml.rels"] = _relations([("table", f"../tables/table{i}.xml")])
            parts[f"xl/tables/table{i}.xml"] = _table_xml(sheet, i)
    items = "".join(f'<si><t xml:space="preserve">{html.escape(s, quote=False)}</t></si>' for s in strings)
    parts["xl/sharedStrings.xml"] = f'{_HEAD}<sst {_MAIN} uniqueCount="{len(strings)}">{items}</sst>'
    return zip_bytes(parts)


_STYLES = (
    f'{_HEAD}<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="m/d/yy\\ h:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<Relationship Id="rId{i}" Type="{_REL}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(targets, 1))
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _content_types(sheets: Sequence[Sheet]) -> str:
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    parts += [(f"worksheets/sheet{i}.xml", "worksheet") for i in range(1, len(sheets) + 1)]
    parts += [(f"tables/table{i}.xml", "table") for i, s in enumerate(sheets, 1) if s.table]
    items = "".join(f'<Override PartName="/xl/{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in parts)
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{items}</Types>'


def column_letters(number: int) -> str:
    """Excel's letters for a column, 1 = A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _area(sheet: Sheet) -> str:
    return f"A1:{column_letters(len(sheet.rows[0]))}{len(sheet.rows)}"


def _sheet_xml(sheet: Sheet, strings: dict[str, int]) -> str:
    letters = [column_letters(i) for i in range(1, len(sheet.rows[0]) + 1)]
    lines = []
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(_cell(f"{letter}{number}", value, strings) for letter, value in zip(letters, row, strict=True) if value is not None)
        lines.append(f'<row r="{number}">{cells}</row>')
    table = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if sheet.table else ""
    dimension = f'<dimension ref="{sheet.dimension or _area(sheet)}"/>'
    return f'{_HEAD}<worksheet {_MAIN} xmlns:r="{_REL}">{dimension}<sheetData>{"".join(lines)}</sheetData>{table}</worksheet>'


def _cell(at: str, value: Cell, strings: dict[str, int]) -> str:
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        serial = (value - _EXCEL_EPOCH).total_seconds() / 86_400
        return f'<c r="{at}" s="1"><v>{serial:.10f}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value:g}</v></c>'
    return f'<c r="{at}" t="s"><v>{strings.setdefault(str(value), len(strings))}</v></c>'


def _table_xml(sheet: Sheet, number: int) -> str:
    area, header = _area(sheet), sheet.rows[0]
    columns = "".join(f'<tableColumn id="{i}" name="{html.escape(str(name))}"/>' for i, name in enumerate(header, 1))
    return (
        f'{_HEAD}<table {_MAIN} id="{number}" name="{sheet.table}" displayName="{sheet.table}" ref="{area}" totalsRowShown="0">'
        f'<autoFilter ref="{area}"/><tableColumns count="{len(header)}">{columns}</tableColumns></table>'
    )
