"""How often something may happen: sliding for one member or robot, in fixed windows for what is counted in thousands."""

from __future__ import annotations

from collections import OrderedDict, deque

#: (how often, in how many seconds)
Rule = tuple[int, float]
MEMBER: tuple[Rule, ...] = ((30, 60), (1000, 3600))
CHAT_MEMBER: tuple[Rule, ...] = ((200, 60), (10_000, 86_400))
ROBOT: tuple[Rule, ...] = ((20, 60),)
API: tuple[Rule, ...] = ((10_000, 60), (150_000, 3600))
ADDRESS: tuple[Rule, ...] = ((20_000, 60), (600_000, 3600))


class Pace:
    """Sliding windows for one key."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._times: deque[float] = deque(maxlen=max(count for count, _ in rules))

    def take(self, now: float, *, count_refused: bool = False) -> bool:
        """Whether it may happen now; if so it is counted. `count_refused` counts it even if not."""
        times = self._times
        free = all(len(times) < count or times[-count] <= now - seconds for count, seconds in self._rules)
        if free or count_refused:
            times.append(now)
        return free


class Paces:
    """One `Pace` for each key; the keys used longest ago are forgotten."""

    def __init__(self, rules: tuple[Rule, ...], keep: int = 50_000) -> None:
        self._rules = rules
        self._keep = keep
        self._paces: OrderedDict[object, Pace] = OrderedDict()

    def take(self, key: object, now: float, *, count_refused: bool = False) -> bool:
        """Whether it may happen now for `key`."""
        pace = self._paces.get(key)
        if pace is None:
            pace = self._paces[key] = Pace(self._rules)
            if len(self._paces) > self._keep:
                self._paces.popitem(last=False)
        else:
            self._paces.move_to_end(key)
        return pace.take(now, count_refused=count_refused)


class Quota:
    """Fixed windows (a minute, an hour, a day), counted by amount."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self._used: dict[tuple[object, float], tuple[float, int]] = {}

    def take(self, key: object, now: float, amount: int = 1) -> bool:
        """Whether `amount` more fit; nothing is counted if they don't."""
        for limit, seconds in self._rules:
            if self._count(key, seconds, now) + amount > limit:
                return False
        for _, seconds in self._rules:
            self._used[key, seconds] = (now // seconds, self._count(key, seconds, now) + amount)
        return True

    def _count(self, key: object, seconds: float, now: float) -> int:
        window, count = self._used.get((key, seconds), (-1.0, 0))
        return count if window == now // seconds else 0
