"""The fixtures of all rooms; each plugin says what it gives."""

pytest_plugins = [
    "tests.support.properties",
    "tests.support.order",
    "tests.support.databases",
    "tests.support.passwords",
    "tests.support.chat_sandbox",
    "tests.support.clocks",
    "tests.support.clock_in_plant",
    "tests.support.people_to_tell",
    "tests.support.doors",
    "tests.support.two_companies",
    "tests.support.served_application",
    "tests.support.started_program",
    "tests.support.browsers",
]
