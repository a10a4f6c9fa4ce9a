"""Every ledger of the house: importing this module registers them, in the order of the menu."""

from models.duty.ledgers import CLOCK_INS, EQUIPMENT
from models.organization.ledgers import BINDINGS, COMPANIES, PERSONS
from models.training.ledgers import CERTIFICATES

# isort: split
from models.accidents.ledgers import ACCIDENTS
from models.messages.plan_ledgers import CHAINS, DELIVERIES, PRESETS, WORDINGS
from models.messages.ways_ledgers import (
    CHAT_GROUPS,
    CHAT_MEMBERS,
    CONTACTS,
    MAIL_SERVERS,
    SMS_PROVIDERS,
    WECOM_APPS,
)

# isort: split
from models.administration.ledgers import ROLES, USERS

# isort: split
from models.duty.dictionaries import EQUIPMENT_TYPES, OPERATOR_CODES

LEDGERS = (
    *(CLOCK_INS, EQUIPMENT, PERSONS, BINDINGS, CERTIFICATES),
    ACCIDENTS,
    *(DELIVERIES, PRESETS, CHAINS, WORDINGS, CONTACTS, CHAT_MEMBERS),
    *(WECOM_APPS, CHAT_GROUPS, SMS_PROVIDERS, MAIL_SERVERS),
    *(COMPANIES, USERS, ROLES, OPERATOR_CODES, EQUIPMENT_TYPES),
)
