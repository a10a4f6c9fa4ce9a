"""Fills a database with hazards of a year, by statements for many: most closed, the last days' open, a few left lying.

As in a plant that works: of those older than five days one in two hundred is still open (and so overdue), four in a hundred
were none or taken back, the others are closed, a tenth of them late; of the last five days' six in ten are open. One in
thirty is a major one.
"""

from __future__ import annotations

from datetime import timedelta

from models.core import clock
from models.core.db.connection import database
from models.core.security import crypto
from models.organization.records import Company, Person
from scripts.bench.product.seed import id_number

SITES, PEOPLE = 5, 250  # of each company
_PIECE = 100_000
_YEAR = timedelta(days=365)
_NOBODY_ELSE = 500_000  # beyond the numbers of other people

_FILL = """
INSERT INTO hazard (version, created_at, updated_at, company_id, site_id, number, origin, what, level, state, reporter_id,
  rectifier_id, found_at, reported_at, due_at, rectified_at, closed_at, door, late, extensions)
SELECT 1, at, at, company_id, site_id, CONCAT('YH', seq), ELT(1 + (draw1 > 70) + (draw1 > 90), 'snap', 'inspection', 'manual'),
  '电缆裸露', IF(state IN ('reported', 'rejected', 'withdrawn'), NULL, IF(draw2 <= 3, 'major', 'general')), state,
  reporter_id, IF(state IN ('rectifying', 'closed'), rectifier_id, NULL), at, at,
  IF(state IN ('rectifying', 'closed'), at + INTERVAL 3 DAY, NULL),
  IF(state = 'closed', at + INTERVAL IF(draw3 <= 10, 80, 40) HOUR, NULL),
  IF(state = 'closed', at + INTERVAL 90 HOUR, NULL), 'phone', 0, 0
FROM (
  SELECT s.*, c.company_id, c.id AS site_id, r.id AS reporter_id, w.id AS rectifier_id,
    CASE WHEN at > '{fresh}' THEN ELT(1 + (draw4 > 20) + (draw4 > 60), 'reported', 'rectifying', 'closed')
      WHEN draw4 <= 0.5 THEN 'rectifying' WHEN draw4 <= 3.5 THEN 'rejected' WHEN draw4 <= 4.5 THEN 'withdrawn'
      ELSE 'closed' END AS state
  FROM (
    SELECT seq, TIMESTAMP('{start}') + INTERVAL seq * {step} MICROSECOND AS at, 100 * RAND(seq) AS draw1,
      100 * RAND(seq + 1000003) AS draw2, 100 * RAND(seq + 2000003) AS draw3, 100 * RAND(seq + 3000017) AS draw4,
      FLOOR({places} * RAND(seq + 5000011)) AS place, FLOOR({people} * RAND(seq + 7000003)) AS who,
      FLOOR({people} * RAND(seq + 9000011)) AS worker
    FROM seq_{low}_to_{high}
  ) s
  JOIN (SELECT id, company_root AS company_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM company
    WHERE kind = 'site') c ON c.n = s.place
  JOIN (SELECT id, company_id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id) - 1 AS n FROM person
    WHERE name LIKE '巡检%') r ON r.company_id = c.company_id AND r.n = s.who
  JOIN (SELECT id, company_id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id) - 1 AS n FROM person
    WHERE name LIKE '巡检%') w ON w.company_id = c.company_id AND w.n = s.worker
) drawn
"""
_SITES_OF_CLOCK_INS = """
UPDATE clock_in c
JOIN (SELECT id, company_root, ROW_NUMBER() OVER (PARTITION BY company_root ORDER BY id) - 1 AS n FROM company
  WHERE kind = 'site') s ON s.company_root = c.company_id AND s.n = c.id % {sites}
JOIN equipment e ON e.id = c.equipment_id SET c.site_id = s.id, c.type_id = e.type_id
"""


def plant_sites() -> None:
    """Sites of each company, with people, and all clock-ins at one of them on equipment of its kind."""
    for number, unit in enumerate(Company.select().where(Company.kind == "company")):
        for site in range(SITES):
            made = Company.create(
                name=f"{unit.name}{site + 1}厂", kind="site", parent=unit, company_root=unit.id
            )
            Company.update(path=f"{unit.path}{made.id}/").where(Company.id == made.id).execute()
        numbers = [id_number(_NOBODY_ELSE + number * PEOPLE + one) for one in range(PEOPLE)]
        Person.insert_many(
            {"company": unit.id, "name": f"巡检{one}", "name_sort": "", "id_number": text, "phone": f"138{number}{one:07d}",
             "id_hash": crypto.hash_id_number(text)}
            for one, text in enumerate(numbers)
        ).execute()  # fmt: skip
    database.execute_sql(_SITES_OF_CLOCK_INS.format(sites=SITES))


def plant_hazards(rows: int) -> None:
    """So many hazards over the last year, at the sites that are there."""
    companies = Company.select().where(Company.kind == "company").count()
    for low in range(1, rows + 1, _PIECE):
        database.execute_sql(
            _FILL.format(
                low=low, high=min(low + _PIECE - 1, rows), start=f"{clock.now() - _YEAR:%Y-%m-%d %H:%M:%S}",
                fresh=f"{clock.now() - timedelta(days=5):%Y-%m-%d %H:%M:%S}", places=companies * SITES, people=PEOPLE,
                step=int(_YEAR / timedelta(microseconds=1)) // rows,
            )
        )  # fmt: skip
    database.execute_sql("ANALYZE TABLE hazard").fetchall()
