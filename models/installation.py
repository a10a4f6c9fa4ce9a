"""What every installation has before anybody works with it: the standards and the built-in roles."""

from __future__ import annotations

from models.core.chapters import chapters, found_at


def install_standards() -> dict[str, int]:
    """Bring the standard rows of all chapters up to date, and say how many of each were made or changed.

    Safe to run at every start: what people changed of them stays as it is, only missing ones are added. Run it in a
    transaction. Raises ValueError for flows that can't be read: better now than when somebody needs them. A file of rules
    that can't be read is not taken, which leaves the rules as they are.
    """
    return {
        standard.name: int(found_at(chapter, standard.run)())
        for chapter in chapters()
        for standard in chapter.standards
    }
