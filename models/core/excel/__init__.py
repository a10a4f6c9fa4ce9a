"""Excel in and out (X09): safe reading with faults at their cells, streamed writing, templates, marked-up errors."""

from models.core.excel.columns import CellError, SheetColumn, SheetRefused
from models.core.excel.corrections import write_errors
from models.core.excel.reading.reading import SheetRow, SheetRows, read_sheet
from models.core.excel.template import write_template
from models.core.excel.writing import SheetWriter, write_sheet

__all__ = [
    "CellError",
    "SheetColumn",
    "SheetRefused",
    "SheetRow",
    "SheetRows",
    "SheetWriter",
    "read_sheet",
    "write_errors",
    "write_sheet",
    "write_template",
]
