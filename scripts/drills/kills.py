"""kill -9 of web, worker, Redis and MariaDB in turn, while people report and answer and the platform misbehaves (L08).

    python -m scripts.drills.kills [--kills 25] [--people 200] [--celery]

Whatever is killed is started again. When all is quiet the database and the platform's own record of every phone must
say: nobody never told, nobody told twice with the same task, no acknowledgement lost, every step of escalation taken.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from peewee import PeeweeException

from models.messages.channels.records import CARD, SMS
from scripts.drills.proof import Proof, prove, unrest
from scripts.drills.standing import Part, Standing, standing
from scripts.drills.storm import FAULTS, Storm, everything

KINDS = ("web", "worker", "redis", "mariadb")


def drill(
    stand: Standing, *, kills: int, every: float, rest: tuple[float, float], patience: float, faults: bool = True,
    tell: Callable[[str], None] = lambda line: None,
) -> Proof:  # fmt: skip
    """Kill each kind so many times in turn, wait until it is quiet, and prove. `patience` is in seconds."""
    storm = Storm(stand, every=every, faults=FAULTS if faults else ())
    storm.start()
    try:
        time.sleep(every)
        for number in range(kills):
            for kind in KINDS:
                tell(f"{number + 1}/{kills} {kind}: {_strike(stand, kind, number)}")
                time.sleep(random.uniform(*rest))
        tell(f"{storm.number} reports; waiting until it is quiet …")
        storm.no_more_reports()
        left = _quiet(storm, patience, tell)
    finally:
        storm.calm()
    proof = prove(stand, storm.told, everything(stand))
    proof.must(f"not quiet after {patience:.0f} s", list(left.items()))
    proof.must("ended by itself", [part.name for part in stand.every() if not part.runs])
    for part in stand.every():
        if part.killed:
            proof.counts[f"kills of {part.name}"] = part.killed
    return proof


def _strike(stand: Standing, kind: str, number: int) -> str:
    """Kill one of a kind, leave it dead for a moment, raise it again; gives what was killed."""
    parts = {"web": stand.webs, "worker": stand.workers}.get(kind) or [stand.services[kind]]
    part = parts[number % len(parts)]
    if kind == "worker" and number % 4 == 3 and (child := _child(part)):
        # One of Celery's pool alone: its parent must see that the job comes back.
        os.kill(child, signal.SIGKILL)
        part.killed += 1
        return f"a child of {part.name}"
    part.kill()
    time.sleep(random.uniform(0.1, 1.5))
    part.start()
    return part.name


def _child(part: Part) -> int | None:
    assert part.process is not None
    pid = part.process.pid
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(random.choice(listed)) if listed else None


def _quiet(storm: Storm, patience: float, tell: Callable[[str], None]) -> dict[str, int]:
    """Wait until nothing is to be done any more; gives what is left when the patience is."""
    until, calm_since = time.monotonic() + patience, 0.0
    left: dict[str, int] = {"unknown": 1}
    told = 0.0
    while time.monotonic() < until:
        try:
            left = {kind: number for kind, number in {**unrest(), "people": storm.busy}.items() if number}
        except PeeweeException:
            left = {"database": 1}
        if time.monotonic() - told > 20:
            told = time.monotonic()
            tell(f"  still to come: {left or 'nothing'}")
        if left:
            calm_since = 0.0
        elif not calm_since:
            calm_since = time.monotonic()
        elif time.monotonic() - calm_since > 3:
            return {}
        time.sleep(0.5)
    return left


@click.command(help=__doc__)
@click.option("--kills", default=25, show_default=True, help="Of each kind.")
@click.option("--people", default=200, show_default=True)
@click.option("--groups", default=5, show_default=True)
@click.option("--celery/--no-celery", default=False, help="Celery workers and beat instead of `anban work`.")
@click.option("--faults/--no-faults", default=True, help="Whether the platform misbehaves, too.")
@click.option("--wait", default=1, show_default=True, help="Minutes before each step of the chain.")
@click.option(
    "--rest", default=(2.0, 5.0), show_default=True, type=(float, float), help="Seconds between two kills."
)
@click.option("--every", default=4.0, show_default=True, help="Seconds between two reports.")
@click.option("--logs", type=click.Path(path_type=Path), help="Keep the logs of all parts in this folder.")
def main(
    kills: int, people: int, groups: int, celery: bool, faults: bool, wait: int, rest: tuple[float, float],
    every: float, logs: Path | None,
) -> None:  # fmt: skip
    """Run it, print the figures, and end with 1 if something was lost, doubled or not accounted for."""
    began = time.monotonic()
    # The last step by another way than the one before: what a platform drops in silence must not be the last word.
    steps = ((wait, "self", SMS), (wait, "superior", CARD), (wait, "superior", SMS))
    with standing(people=people, groups=groups, steps=steps, celery=celery) as stand:
        try:
            proof = drill(
                stand, kills=kills, every=every, rest=rest, patience=720, faults=faults, tell=click.echo
            )  # fmt: skip
        finally:
            if logs is not None:
                logs.mkdir(parents=True, exist_ok=True)
                for name, text in stand.logs().items():
                    (logs / f"{name}.log").write_text(text)
    for what, number in proof.counts.items():
        click.echo(f"{number:8,}  {what}")
    for fault in proof.faults:
        click.echo(f"FAULT: {fault}")
    click.echo(
        f"{'NOT PROVEN' if proof.faults else 'proven'} in {(time.monotonic() - began) / 60:.1f} minutes"
    )
    sys.exit(1 if proof.faults else 0)


if __name__ == "__main__":
    main()
