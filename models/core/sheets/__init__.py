"""Excel in and out (X09): safe reading with faults at their cells, streamed writing, templates, marked-up errors."""

from models.core.sheets.columns import CellError, Column, SheetRefused
from models.core.sheets.corrections import write_errors
from models.core.sheets.reading import SheetRow, SheetRows, read_sheet
from models.core.sheets.template import write_template
from models.core.sheets.writing import SheetWriter, write_sheet

__all__ = [
    "CellError",
    "Column",
    "SheetRefused",
    "SheetRow",
    "SheetRows",
    "SheetWriter",
    "read_sheet",
    "write_errors",
    "write_sheet",
    "write_template",
]
