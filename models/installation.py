"""What every installation has before anybody works with it: the standards and the built-in roles."""

from __future__ import annotations

import models.accidents.regulations.standards
import models.equipment.rulebooks  # noqa: F401
from models.administration.roles.roles import install_builtin_roles
from models.core.rulebook import files, versions
from models.equipment.operator_codes.codes import install_equipment_types, install_operator_codes
from models.grid.standards import install_grid_templates
from models.hazards.standards import install_major_criteria
from models.objectives.posts.next_due import replan
from models.tasks.flow.builtin import install_flows


def install_standards() -> dict[str, int]:
    """Bring the standard rows up to date, and say how many of each were made or changed.

    Safe to run at every start: what people changed of them stays as it is, only missing ones are added. Run it in a
    transaction. Raises ValueError for flows that can't be read: better now than when somebody needs them. A file of rules
    that can't be read is not taken, which leaves the rules as they are.
    """
    return {
        "rule_versions": versions.install(),
        "rule_files": files.take(),
        "operator_codes": install_operator_codes(),
        "equipment_types": install_equipment_types(),
        "grid_templates": install_grid_templates(),
        "major_criteria": install_major_criteria(),
        "roles": install_builtin_roles(),
        "flows": install_flows(),
        "works_moved": replan(),  # a newer release may know the holidays of one year more
    }
