"""What goes when a personnel file is deleted, as chapters that stand on people say."""

from __future__ import annotations

from models.core.hooks import Hook
from models.core.security.actor import Actor
from models.organization.records import Person

#: Called in the transaction that deletes a file, before the file itself goes.
FILE_DELETED: Hook[[Actor, Person], None] = Hook("organization.file_deleted")
