"""A plant to try everything at: invented, plausible, and the same every time."""

from models.demo.additions import bring_along
from models.demo.hazards.hazards import plant_hazards
from models.demo.office.duties import plant_duties
from models.demo.office.messages import plant_messages
from models.demo.people.registry import write_registry
from models.demo.plant import is_empty, plant
from models.demo.sign_ins import PASSWORD, demo_sign_ins

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
