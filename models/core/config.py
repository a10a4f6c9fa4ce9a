"""What the installation decides and the rules need to know.

`models` must not import `server`, so the server hands its settings down once at the start
through `configure`. Everything here has a default that suits a test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Config:
    """Settings of the installation, as the rules see them.

    `secret_key` and `previous_keys` are the key ring (text of any length, the first one writes);
    spans are in the unit that their name says.
    """

    secret_key: str = "only-for-tests"
    previous_keys: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8888"
    other_hosts: tuple[str, ...] = ()
    outside_hosts: tuple[str, ...] = ()  # `host` or `host:port`: called although they are no known platform's
    data_dir: Path = Path("var")
    font_path: Path | None = None
    registry_path: Path | None = None
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    demo: bool = False
    first_password: str = "id_tail"  # or "activation_code" (Q05, and what 等保 asks for)
    first_password_days: int = 7
    console_session_hours: int = 12
    phone_session_days: int = 30
    password_min_length: int = 8
    lock_after_failures: int = 5
    second_factor: str = "off"  # or for "administrators", or for "all"
    step_up_minutes: int = 15  # how long a proof of who one is suffices for what is sensitive
    password_history: int = 5  # so many earlier passwords are not taken again
    password_days: int = 0  # a password is to be changed after so many days (0: never)
    sessions_per_account: int = 0  # so many at once, then the oldest ends (0: any number)
    separate_administrators: bool = False  # 三员分立
    log_days: int = 365
    hashing_threads: int = 1  # that compare passwords; each takes 19 MiB
    hashing_queue: int = 32  # sign-ins under way at once, of known devices and of all others
    known_device_days: int = 180  # how long a device is known by which somebody signed in
    spraying_accounts: int = (
        30  # with wrong passwords from one source, within an hour, until the source waits
    )
    console_idle_minutes: int = 30  # without use, until a console's session ends (0: never)
    clock_skew_minutes: int = 5
    file_keep_hours: int = 24  # exports, sheets to be imported, lists of errors, label sheets
    card_picture_days: int = 30  # how long a card shows its picture
    disk_reserve_mb: int = 256  # of free space: with less no files are taken, and /health says disk_full
    quiet_hours: str = "22:00-07:00"  # local; only urgent messages go out then ("" for none)
    chat_days: int = 30  # how long is kept what came in from a chat platform, once it was handled
    bundle_minutes: int = 30  # low-urgency messages of so long become one; 0: each by itself


_current = Config()


def configure(config: Config) -> None:
    """Make `config` the one that `config()` gives from now on."""
    global _current
    _current = config


def config() -> Config:
    """The installation's settings."""
    return _current
