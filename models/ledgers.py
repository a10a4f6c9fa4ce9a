"""Every ledger of the house: importing this module registers them, in the order of the menu."""

from models.core.ledger import arrange
from models.duty.ledgers import CLOCK_INS
from models.equipment.ledgers import EQUIPMENT
from models.organization.ledgers import COMPANIES
from models.personnel.ledgers import BINDINGS, PERSONS
from models.training.ledgers import CERTIFICATES

# isort: split
from models.tasks.flow.ledgers import FLOWS, PROXIES
from models.tasks.ledgers import CASES, GIVEN_TASKS, TASKS

# isort: split
from models.grid.ledgers import GRID, GRID_TEMPLATES
from models.hazards.ledgers import HAZARD_SOURCES, HAZARDS, MAJOR_CRITERIA

# isort: split
from models.accidents.ledgers import ACCIDENTS

# isort: split
from models.objectives.posts.ledgers import PERSON_POSTS, POST_WORKS, POSTS

# isort: split
from models.objectives.investment.ledgers import ITEMS, PLANS
from models.objectives.points.ledgers import POINT_RULES, POINTS

# isort: split
from models.messages.channels.ledgers import CHAT_GROUPS, CONTACTS, MAIL_SERVERS, SMS_PROVIDERS, WECOM_APPS
from models.messages.chat_accounts.ledgers import BOOK_MATCHES, CHAT_MEMBERS
from models.messages.escalation.ledgers import CHAINS, DELIVERIES, PRESETS, WORDINGS

# isort: split
from models.administration.ledgers import DEVICES, ROLES, USERS
from models.administration.logs.ledgers import CHANGES, LOOKS, SIGN_INS

# isort: split
from models.equipment.standard_ledgers import EQUIPMENT_TYPES, OPERATOR_CODES

# isort: split
from models.objectives.calendar.ledgers import CALENDAR

LEDGERS = (
    *(CLOCK_INS, EQUIPMENT, PERSONS, BINDINGS, CERTIFICATES),
    *(TASKS, GIVEN_TASKS, CASES, PROXIES, FLOWS),
    *(GRID, HAZARDS, HAZARD_SOURCES),
    ACCIDENTS,
    *(POSTS, PERSON_POSTS, POST_WORKS, PLANS, ITEMS, POINTS, POINT_RULES),
    *(DELIVERIES, PRESETS, CHAINS, WORDINGS, CONTACTS, CHAT_MEMBERS),
    *(WECOM_APPS, BOOK_MATCHES, CHAT_GROUPS, SMS_PROVIDERS, MAIL_SERVERS),
    *(GRID_TEMPLATES, MAJOR_CRITERIA),
    *(COMPANIES, USERS, ROLES, DEVICES, SIGN_INS, LOOKS, CHANGES),
    *(OPERATOR_CODES, EQUIPMENT_TYPES, CALENDAR),
)

arrange(LEDGERS)
