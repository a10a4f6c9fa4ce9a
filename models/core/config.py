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
    clock_skew_minutes: int = 5
    late_after_minutes: int = 10
    scan_too_old_hours: int = 72
    certificate_warning_days: int = 90
    import_max_rows: int = 50_000
    attachment_max_bytes: int = 20 * 1024 * 1024
    file_keep_hours: int = 24
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
