"""What goes when a personnel file is deleted: higher chapters add themselves here."""

from __future__ import annotations

from collections.abc import Callable

from models.core.security.actor import Actor
from models.organization.records import (
    Person,
)

#: What goes with a file that is deleted, as chapters that stand on people say: each takes the actor and the file.
WITH_FILE: list[Callable[[Actor, Person], None]] = []
