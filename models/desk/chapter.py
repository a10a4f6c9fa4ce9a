"""What leaders see of all chapters first, and what comes to its end (H01, C02)."""

from __future__ import annotations

from models.core.chapters import BackgroundJob, Chapter, Page, Sweep

CHAPTER = Chapter(
    name="desk",
    title="今日",
    records=("expiring.records", "morning.records"),
    views=("today_board:TODAY",),
    pages=(Page(name="board", title="驾驶舱", place="menu", right="clock-ins.read"),),
    settings=("expiring.daily_round", "morning.card"),
    tellers=("expiring.notifications",),
    hooks=("places",),
    jobs=(
        BackgroundJob(name="expiring", run="expiring.daily_round:work", batch=50, idle=300.0),
        BackgroundJob(name="board_card", run="morning.card:work", batch=20, idle=60.0),
    ),
    sweeps=(Sweep(name="board_cards", run="morning.card:tidy", minutes=360.0),),
    console=("handlers.home", "handlers.boards"),
    phone=("miniprogram_api.boards",),
)
