"""The two companies of the organisation's tests."""

from tests.models.organization.conftest import town

__all__ = ["town"]
