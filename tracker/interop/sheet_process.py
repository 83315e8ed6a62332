"""Run as a limited process: an XLSX file on stdin, its cells as JSON on stdout.

Only the standard library and python-calamine are imported, so it starts fast and holds nothing of the application.
The answer is ``{"sheets": [[name, [[cell, ...], ...]], ...]}`` with every cell as text.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any


def text_of(cell: Any) -> str:
    """A cell as a person reads it: dates in ISO form, whole numbers without a decimal point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def main() -> None:
    max_rows, max_columns = int(sys.argv[1]), int(sys.argv[2])
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for known in workbook.sheets_metadata:
        if known.typ is not SheetTypeEnum.WorkSheet or known.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(known.name)
        if sheet.total_height > max_rows or sheet.total_width > max_columns:
            json.dump({"too_large": [known.name, sheet.total_height, sheet.total_width]}, sys.stdout)
            return
        rows = sheet.to_python(skip_empty_area=False)
        sheets.append([known.name, [[text_of(cell) for cell in row] for row in rows]])
    json.dump({"sheets": sheets}, sys.stdout)


if __name__ == "__main__":
    main()
