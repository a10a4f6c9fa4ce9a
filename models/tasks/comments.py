"""What people write along with an act: kept as it was written, up to 2,000 characters; the faces escape it."""

from __future__ import annotations

from models.core.errors import Invalid, Malformed
from models.tasks.records import Task


def comment_of(
    text: str | None, *, required: bool = False, name: str = "comment", title: str = "意见"
) -> str:
    """A comment, cleaned. Raises Invalid at `name` for one that is too long, or missing where it is asked for."""
    try:
        clean = Task.comment.clean(text) if text else None
    except Malformed as error:
        raise Invalid(fields={name: error.message}, advice="请删短后再提交") from None
    if required and not clean:
        raise Invalid(fields={name: f"请填写{title}"})
    return clean or ""
