"""Every ledger of the house: importing this module registers them, in the order of the menu."""

from models.duty.ledgers import CLOCK_INS, EQUIPMENT
from models.organization.ledgers import BINDINGS, COMPANIES, PERSONS
from models.training.ledgers import CERTIFICATES

# isort: split
from models.accidents.ledgers import ACCIDENTS

# isort: split
from models.administration.ledgers import ROLES, USERS

# isort: split
from models.duty.dictionaries import EQUIPMENT_TYPES, OPERATOR_CODES

LEDGERS = (
    *(CLOCK_INS, EQUIPMENT, PERSONS, BINDINGS, CERTIFICATES),
    ACCIDENTS,
    *(COMPANIES, USERS, ROLES, OPERATOR_CODES, EQUIPMENT_TYPES),
)
