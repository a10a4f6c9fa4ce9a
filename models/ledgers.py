"""Every ledger of the house: importing this module registers them, in the order of the menu."""

from models.core.ledger import arrange
from models.duty.ledgers import CLOCK_INS, EQUIPMENT
from models.organization.ledgers import BINDINGS, COMPANIES, PERSONS
from models.training.ledgers import CERTIFICATES

# isort: split
from models.tasks.ledgers import CASES, GIVEN_TASKS, TASKS
from models.tasks.setting_ledgers import FLOWS, PROXIES

# isort: split
from models.hazards.ledgers import GRID, GRID_TEMPLATES, HAZARD_SOURCES, HAZARDS, MAJOR_CRITERIA

# isort: split
from models.accidents.ledgers import ACCIDENTS

# isort: split
from models.objectives.post_ledgers import PERSON_POSTS, POST_WORKS, POSTS

# isort: split
from models.objectives.plan_ledgers import ITEMS, PLANS
from models.objectives.point_ledgers import POINT_RULES, POINTS

# isort: split
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

# isort: split
from models.objectives.calendar_ledgers import CALENDAR

LEDGERS = (
    *(CLOCK_INS, EQUIPMENT, PERSONS, BINDINGS, CERTIFICATES),
    *(TASKS, GIVEN_TASKS, CASES, PROXIES, FLOWS),
    *(GRID, HAZARDS, HAZARD_SOURCES),
    ACCIDENTS,
    *(POSTS, PERSON_POSTS, POST_WORKS, PLANS, ITEMS, POINTS, POINT_RULES),
    *(DELIVERIES, PRESETS, CHAINS, WORDINGS, CONTACTS, CHAT_MEMBERS),
    *(WECOM_APPS, CHAT_GROUPS, SMS_PROVIDERS, MAIL_SERVERS),
    *(GRID_TEMPLATES, MAJOR_CRITERIA),
    *(COMPANIES, USERS, ROLES, OPERATOR_CODES, EQUIPMENT_TYPES, CALENDAR),
)

arrange(LEDGERS)
