"""A plant to try everything at: invented, plausible, and the same every time."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.demo.additions import bring_along
    from models.demo.hazards.hazards import plant_hazards
    from models.demo.office.duties import plant_duties
    from models.demo.office.messages import plant_messages
    from models.demo.people.registry import write_registry
    from models.demo.sign_ins import PASSWORD, demo_sign_ins
    from models.demo.whole_plant import is_empty, plant

#: Where each stands. Imported when it is asked for, as all manifests are read at every start, and this one among them.
_STANDS = {
    "PASSWORD": "sign_ins",
    "bring_along": "additions",
    "demo_sign_ins": "sign_ins",
    "is_empty": "whole_plant",
    "plant": "whole_plant",
    "plant_duties": "office.duties",
    "plant_hazards": "hazards.hazards",
    "plant_messages": "office.messages",
    "write_registry": "people.registry",
}


def __getattr__(name: str) -> Any:
    if name not in _STANDS:
        raise AttributeError(name)
    return getattr(import_module(f"models.demo.{_STANDS[name]}"), name)


__all__ = [
    "PASSWORD",
    "bring_along",
    "demo_sign_ins",
    "is_empty",
    "plant",
    "plant_duties",
    "plant_hazards",
    "plant_messages",
    "write_registry",
]
