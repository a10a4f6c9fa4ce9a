"""Forty pieces of equipment in the two companies."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from models.core.labels.label_codes import new_label_code
from models.demo.organisation import Organisation, Unit
from models.equipment.operator_codes.codes import scanned_codes
from models.equipment.qr import scanned_text
from models.equipment.records import Equipment, EquipmentAlias, EquipmentType
from models.equipment.rules import derive_needs

# Catalogue code, letter of the use certificate, name, model, place, how many.
_FACTORY = (
    ("5110", "车11", "{n}号叉车", "CPCD30", "成品仓库{n}号门", 9),
    ("4110", "起11", "{n}号桥式起重机", "QD20/5t-22.5m", "总装车间 {n} 跨", 6),
    ("4210", "起13", "{n}号门式起重机", "MG32t-30m", "钢材堆场 {n} 区", 2),
    ("1100", "锅11", "{n}号蒸汽锅炉", "SZS10-1.25-Q", "动力车间锅炉房", 2),
    ("2150", "容15", "{n}号蒸压釜", "φ2.0×21m", "铸造车间东侧", 2),
    ("2170", "容17", "{n}号储气罐", "C-3.0/1.0", "空压站", 1),
    ("3120", "梯12", "{n}号载货电梯", "THJ3000", "仓储楼西侧", 2),
)
_HARBOUR = (
    ("5110", "车11", "{n}号叉车", "CPD25", "一号库 {n} 号站台", 10),
    ("5200", "车21", "{n}号观光车", "GD14", "港区参观线", 1),
    ("4230", "起23", "{n}号集装箱门式起重机", "RMG40t-35m", "堆场 {n} 道", 3),
    ("3110", "梯11", "{n}号乘客电梯", "TKJ1000", "综合楼大厅", 2),
)
_SCRAPPED = {"9号叉车", "10号叉车"}
_STOPPED = {"8号叉车", "2号门式起重机", "3号集装箱门式起重机"}


def install(organisation: Organisation, random: Random, today: date) -> list[Equipment]:
    """Make the equipment and give it, with a government QR attached to the first forklift of each company."""
    types = {row.code: row for row in EquipmentType.select()}
    codes = scanned_codes()
    by_id = {row.id: row.code for row in types.values()}
    made = []
    for letter, unit, plan in (("A", organisation.factory, _FACTORY), ("B", organisation.harbour, _HARBOUR)):
        serial = 0
        for type_code, kind, name, model, location, count in plan:
            for n in range(1, count + 1):
                serial += 1
                equipment = Equipment(
                    **_common(unit, name.format(n=n), types[type_code], random, today),
                    use_cert_no=f"{kind}浙{letter}{4500 + serial:05d}({20 + n % 6:02d})",
                    code=f"{type_code}10108{2015 + n % 9}{serial:04d}",
                    model=model,
                    location=location.format(n=n),
                    quick_open=True if "蒸压釜" in name else False if "储气罐" in name else None,
                    boiler_use="industrial" if type_code.startswith("1") else None,
                )
                derive_needs(equipment, types=by_id, codes=codes)
                equipment.save(force_insert=True)
                made.append(equipment)
    for equipment in made:
        if equipment.name == "1号叉车":
            _government_code(equipment)
    return made


def _common(unit: Unit, name: str, type_: EquipmentType, random: Random, today: date) -> dict[str, Any]:
    return {
        "company": unit.company,
        "site": random.choice(unit.sites),
        "name": name,
        "type": type_,
        "state": "scrapped" if name in _SCRAPPED else "stopped" if name in _STOPPED else "in_use",
        "next_inspection_on": today + timedelta(days=random.randrange(-20, 700)),
        "label_code": new_label_code(random),
    }


def _government_code(equipment: Equipment) -> None:
    content = f"https://tzsb.example.gov.cn/q?sbdm={equipment.code}"
    EquipmentAlias.create(
        company=equipment.company_id,
        equipment=equipment.id,
        key=scanned_text.alias_key(content),
        content=content,
    )
