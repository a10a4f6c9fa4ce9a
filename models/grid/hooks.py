"""What the grid asks of the chapters above it: what hangs on its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core.hooks import Hook
from models.core.security.actor import Actor
from models.grid.records import GridNode

#: How many hazards are open, by place: at these places, or (given a company) at all of its places.
OPEN_HAZARDS: Hook[[Sequence[int], int | None], Mapping[int, int]] = Hook("grid.open_hazards")
#: Samples of hazard sources that come along with places made of templates: the places by the code of their template.
#: Says how many came. Raises Forbidden.
SAMPLES: Hook[[Actor, Mapping[str, Sequence[GridNode]]], int] = Hook("grid.samples")
#: Places are about to be deleted: what came with them and nobody has touched goes along. Says how many rows went.
LEAVING: Hook[[Actor, Sequence[GridNode]], int] = Hook("grid.leaving")
