"""Tasks and approvals in the console (H01 to H06)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.doors.cases import CASES
from handlers.web.doors.tasks import TASKS
from handlers.web.shared import at

routes = at(ConsoleHandler, "/api/console/v1", (*TASKS, *CASES))
