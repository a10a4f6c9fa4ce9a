"""The fixtures of all rooms; each plugin says what it gives."""

pytest_plugins = [
    "tests.support.properties",
    "tests.support.databases",
    "tests.support.chat",
    "tests.support.clocks",
    "tests.support.plants",
    "tests.support.crowds",
    "tests.support.doors",
    "tests.support.serving",
    "tests.support.living",
    "tests.support.browsers",
]
