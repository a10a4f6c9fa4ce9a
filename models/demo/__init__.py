"""A plant to try everything at: invented, plausible, and the same every time."""

from models.demo.duties import plant_duties
from models.demo.hazards import plant_hazards
from models.demo.messages import plant_messages
from models.demo.plant import is_empty, plant
from models.demo.registry import write_registry
from models.demo.sign_ins import PASSWORD, demo_sign_ins

__all__ = [
    "PASSWORD",
    "demo_sign_ins",
    "is_empty",
    "plant",
    "plant_duties",
    "plant_hazards",
    "plant_messages",
    "write_registry",
]
