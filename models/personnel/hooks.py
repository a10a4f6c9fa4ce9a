"""What people's files ask of the chapters above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core.held import Held
from models.core.hooks import Hook

#: By a person's id: records that name them, which have to be kept. Such a file is not deleted.
HELD: Hook[[int], Held | None] = Hook("personnel.held")
#: By ids of people (a few hundred): why a file can't be taken back with the import that made it, in a sentence.
HELD_OF_MANY: Hook[[Sequence[int]], Mapping[int, str]] = Hook("personnel.held_of_many")
