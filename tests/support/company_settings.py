"""A setting as a company has it, for a test of what follows from it."""

from __future__ import annotations

from typing import Any

from models.administration.accounts.actors import system_actor
from models.core.db.connection import in_transaction
from models.core.settings import CompanySetting
from models.core.settings.changes import newest, save


def set_to(setting: CompanySetting[Any], company_id: int | None, value: Any) -> None:
    """Set it from today on, as the house does."""

    def work() -> None:
        save(system_actor(), setting, company_id, value, on=newest(setting, company_id))

    in_transaction(work)
