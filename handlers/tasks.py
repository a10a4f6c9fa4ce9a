"""Tasks and approvals in the console (H01 to H06)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.case_doors import CASES
from handlers.web.task_doors import TASKS, at

routes = at(ConsoleHandler, "/api/console/v1", (*TASKS, *CASES))
