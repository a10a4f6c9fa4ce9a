"""Tasks and approvals in the console (H01 to H06)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.case_doors import CASES
from handlers.web.shared import at
from handlers.web.task_doors import TASKS

routes = at(ConsoleHandler, "/api/console/v1", (*TASKS, *CASES))
