"""Package of Anban (安班): four code folders, one command.

Lower bounds say what the code needs; the exact versions that are tested stand in requirements*.txt.
"""

from pathlib import Path

from setuptools import find_namespace_packages, setup

ROOMS = ("server", "handlers", "miniprogram_api", "bots", "models")

RUNTIME = [
    "tornado>=6.5",
    "celery[redis]>=5.5",
    "peewee>=4.5",
    "mysql-connector-python>=9.1,<26",  # 26 has no C part on Debian 12 (docs/decisions/dependencies.md)
    "pydantic>=2.11",
    "pydantic-settings>=2.10",
    "typing-extensions>=4.12",  # a type that is made of itself, for pydantic
    "redis>=6.2",
    "fakeredis[lua]>=2.30",
    "qrcode>=8.0",
    "pillow>=11.0",
    "openpyxl>=3.1.5",
    "python-calamine>=0.4",
    "argon2-cffi>=23.1",
    "pyotp>=2.9",
    "zxcvbn>=4.5",
    "structlog>=25.1",
    "click>=8.1.8",
    "rich>=14.0",
    "prometheus-client>=0.22",
    "reportlab>=4.4",
    "orjson>=3.10.15",
    "cryptography>=45.0",
    "chinese-calendar>=1.11",
    "holidays>=0.108",  # the statutory days of years that have no arrangement yet
    "opencc>=1.1.9",  # traditional characters as simplified ones
    "pypinyin>=0.53",  # the order of Chinese names
    "httptools>=0.6.4",
    "uvloop>=0.21; sys_platform != 'win32'",
    "wechatpy==2.0.0a26",  # nothing newer will come; behind bots/wecom (docs/decisions/wecom.md)
    "requests>=2.32",  # what wechatpy calls through, and we with it
    "xmltodict>=0.14",
    "tzdata",  # slim images carry no time zones of their own
]
TEST = [
    "pytest>=9.0",
    "pytest-xdist>=3.6",
    "pytest-tornado>=0.8.1",
    "setuptools<81",  # pytest-tornado 0.8.1 imports pkg_resources (docs/decisions/test-runner.md)
    "hypothesis>=6.130",
    "schemathesis>=4.1",
    "jsonschema-rs>=0.33",  # holds every answer of a test against the OpenAPI document
    "playwright>=1.52",
    "aiosmtpd>=1.4.6",  # an SMTP server in the test's own process
    "zxing-cpp>=2.3",  # reads the labels back that the program prints
    "ruff>=0.12",
    "mypy>=1.16",
]
BENCH = ["asyncmy>=0.2.10"]  # the floor's driver

setup(
    name="anban",
    version="0.1.0",
    description="安班: workplace safety by scan, card and ledger",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    python_requires=">=3.11",
    packages=find_namespace_packages(
        include=[*ROOMS, *(f"{room}.*" for room in ROOMS)], exclude=["*.__pycache__"]
    ),
    package_data={"": ["*.json", "*.csv", "*.sql", "*.html", "*.lua", "*.txt"]},
    install_requires=RUNTIME,
    extras_require={"test": TEST, "bench": BENCH},
    entry_points={"console_scripts": ["anban = server.cli:main"]},
)
