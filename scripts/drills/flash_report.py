"""A flash report to everybody: how long until the first and the last were handed to the platform (G02).

    python -m scripts.drills.flash_report [--people 10000] [--groups 20] [--workers 2]

MariaDB with durable commits, Redis, the sandbox and the workers on this machine. The floor is a bare client that hands
the same number of calls to the same sandbox, eight at a time: what the platform itself allows.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import requests

from bots.sandbox.people import Agent, Department, Group, Member, Seed
from models.accidents import rules
from models.core import clock
from models.core.actor import Actor
from models.core.config import Config, configure
from models.core.database import close_database, database, in_transaction, migrate, open_database
from models.core.rights import Scope, all_rights
from models.demo.inventions import id_number
from models.installation import install_standards
from models.messages.chains import Preset, PresetGroup
from models.messages.records import Delivery, Message, Sending
from models.messages.ways import CARD, GROUP, SYSTEM, ChatGroup, ChatMember, WecomApp
from models.organization.records import Binding, Company, Person
from scripts.bench.house import SECRET
from scripts.services import mariadb, redis
from scripts.services.process import folder, free_port, launch, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
CORP, AGENT, KEY = "ww0drill", 1000002, "d" * 42 + "A"
_PIECE = 500


def _seed(people: int, groups: int) -> Seed:
    return Seed(
        corp_id=CORP,
        corp_name="演练",
        agents=[
            Agent(AGENT, "安班", secret="drill-secret", token="drilltoken", aes_key=KEY, callback_url="")
        ],
        departments=[Department(1, "演练")],
        members=[Member(f"u{n}", f"工人{n}", [1], "工人", f"138{n:08}") for n in range(people)],
        groups=[Group(f"g{n}", f"群{n}", [f"u{n}"], [(f"robot-{n}", "安班")]) for n in range(groups)],
    )


@contextlib.contextmanager
def _sandbox(home: Path, people: int, groups: int) -> Iterator[str]:
    port, seed = free_port(), home / "seed.json"
    seed.write_text(json.dumps(asdict(_seed(people, groups)), ensure_ascii=False))
    log = home / "sandbox.log"
    command = [sys.executable, "-m", "bots.sandbox", "--port", str(port), "--seed", str(seed)]
    process = launch(command, log, with_parent=True, where=ROOT)
    try:
        wait_until(lambda: "聊天沙箱" in log.read_text(), process, log, 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def _plant(url: str, people: int, groups: int) -> Actor:
    """A unit of so many people in the chat, with a preset that tells them all."""
    company = Company.create(name="演练公司", kind="company")
    Company.update(company_root=company.id, path=f"/{company.id}/").where(Company.id == company.id).execute()
    app = WecomApp.create(
        company=company, name="安班", corp_id=CORP, agent_id=AGENT, app_secret="drill-secret",
        callback_token="drilltoken", callback_key=KEY, base_url=url,
    )  # fmt: skip
    born = clock.today().replace(year=1950, month=5, day=1)
    for start in range(0, people, _PIECE):
        numbers = range(start, min(start + _PIECE, people))
        for n in numbers:
            person = Person.create(
                company=company, name=f"工人{n}", phone=f"138{n:08}", role="operator",
                id_number=id_number(born.replace(year=1950 + n // 500), n % 500, male=True),
            )  # fmt: skip
            Binding.create(company=company, person=person, state="approved", origin="imported")
            ChatMember.create(company=company, person=person, app=app, user_id=f"u{n}")
    preset = Preset.create(company=company, name="全体", level="any", ways=[SYSTEM, CARD], everyone=True)
    for n in range(groups):
        made = ChatGroup.create(
            company=company, name=f"群{n}", kind="robot", webhook_key=f"robot-{n}", app=app
        )
        PresetGroup.create(preset=preset, group=made)
    rights = {right.name: Scope.COMPANY for right in all_rights()}
    first = Person.select().order_by(Person.id).first()
    return Actor(1, "演练", company.id, rights, person_ids=(first.id,), door="phone")


def _floor(url: str, people: int, groups: int) -> float:
    """Seconds in which a bare client hands over as many calls."""
    door = requests.Session()
    token = door.get(
        f"{url}/cgi-bin/gettoken", params={"corpid": CORP, "corpsecret": "drill-secret"}, timeout=30
    ).json()
    card: dict[str, Any] = {
        "card_type": "text_notice", "main_title": {"title": "演练"}, "sub_title_text": "请看",
        "card_action": {"type": 1, "url": "https://example.cn/"},
    }  # fmt: skip
    calls = []
    for start in range(0, people, 1000):
        to = "|".join(f"u{n}" for n in range(start, min(start + 1000, people)))
        body = {"touser": to, "msgtype": "template_card", "agentid": AGENT, "template_card": card}
        calls.append((f"{url}/cgi-bin/message/send?access_token={token['access_token']}", body))
    for n in range(groups):
        body = {"msgtype": "markdown", "markdown": {"content": "演练"}}
        calls.append((f"{url}/cgi-bin/webhook/send?key=robot-{n}", body))

    def hand(call: tuple[str, dict[str, Any]]) -> int:
        return int(requests.post(call[0], json=call[1], timeout=60).json()["errcode"])

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(hand, calls))
    took = time.perf_counter() - began
    if any(codes):
        raise RuntimeError(f"the floor was refused: {sorted(set(codes))}")
    return took


def _told(actor: Actor, number: int, people: int, groups: int) -> tuple[float, float]:
    """One report; seconds after the commit until the first and until the last delivery was taken by the platform."""
    data = {"what": f"演练 {number}", "place": "演练场", "happened_at": clock.now(), "receivers": None}
    in_transaction(rules.report, actor, data, key=f"drill-{number}")
    committed = clock.now()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        time.sleep(0.05)
        with database.connection_context():
            message = Message.select().order_by(Message.id.desc()).first()
            if message is None or message.title.find(f"演练 {number}") < 0:
                continue
            rows = Delivery.select().where(Delivery.message == message.id, Delivery.way.in_((CARD, GROUP)))
            if rows.where(Delivery.state == "accepted").count() < people + groups:
                continue
            first = Sending.select().where(Sending.message_id == message.id).order_by(Sending.sent_at).first()
            last = max(row.sent_at for row in rows.where(Delivery.sent_at.is_null(False)))
            return ((first.sent_at - committed).total_seconds(), (last - committed).total_seconds())
    raise RuntimeError("not everybody was told in two minutes")


@click.command(help=__doc__)
@click.option("--people", default=10_000, show_default=True)
@click.option("--groups", default=20, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(people: int, groups: int, workers: int, rounds: int) -> None:
    """Run it and print the figures."""
    with (
        folder("drill") as home,
        mariadb(durable=True) as server,
        redis() as store,
        _sandbox(home, people, groups) as url,
    ):
        settings = {
            "ANBAN_DATABASE_URL": server.url("anban"), "ANBAN_REDIS_URL": store.url(), "ANBAN_SECRET_KEY": SECRET,
            "ANBAN_DATA_DIR": str(home / "data"), "ANBAN_LOG_LEVEL": "warning",
        }  # fmt: skip
        configure(Config(secret_key=SECRET, public_url="http://127.0.0.1:8888", data_dir=home / "data"))
        open_database(settings["ANBAN_DATABASE_URL"])
        migrate()
        in_transaction(install_standards)
        click.echo(f"planting {people} people …")
        actor = in_transaction(_plant, url, people, groups)
        running = [
            launch([sys.executable, "-m", "server.cli", "work"], home / f"work-{n}.log", with_parent=True, where=ROOT,
                   settings=settings)
            for n in range(workers)
        ]  # fmt: skip
        try:
            time.sleep(3)
            floors = [_floor(url, people, groups) for _ in range(rounds)]
            told = []
            for number in range(rounds):
                told.append(_told(actor, number, people, groups))
                time.sleep(2)
        finally:
            for process in running:
                stop(process)
            close_database()
        floor, first = statistics.median(floors), statistics.median(one for one, _ in told)
        last = statistics.median(two for _, two in told)
        click.echo(f"{people} people, {groups} groups, {workers} workers, median of {rounds}")
        click.echo(f"the platform itself, asked by a bare client: {floor:.2f} s")
        click.echo(f"first call after the commit: {first:.2f} s (to reach: under 1 s)")
        click.echo(
            f"last taken after the commit: {last:.2f} s, {floor / last:.2f} x the platform's own pace (to reach: 0.8)"
        )


if __name__ == "__main__":
    main()
