"""The environment that the pins make is the one that they are meant to make."""

import mysql.connector


def test_the_connector_has_its_fast_part() -> None:
    assert mysql.connector.HAVE_CEXT, (
        "pure Python reads rows five times slower (docs/decisions/dependencies.md)"
    )
