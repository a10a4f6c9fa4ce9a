"""Settings of an installation, from the environment (`ANBAN_…`) or a `.env` file."""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.core.config import Config

_SHORTEST_TOKEN = 16
_KEY_FILE = "secret.key"
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that differs between two installations. Field names in capitals after `ANBAN_`."""

    model_config = SettingsConfigDict(env_prefix="ANBAN_", env_file=".env", extra="ignore")

    data_dir: Path = ROOT / "var"
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    previous_secret_keys: list[str] = Field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = Field(default=8888, ge=1, le=65535)
    public_url: str = ""
    other_hosts: list[str] = Field(default_factory=list)
    outside_hosts: list[str] = Field(default_factory=list)
    static_dir: Path = ROOT / "static" / "dist"
    font_path: Path | None = None
    registry_path: Path | None = None
    demo: bool = False
    time_zone: str = "Asia/Shanghai"
    first_password: Literal["id_tail", "activation_code"] = "id_tail"
    first_password_days: int = Field(default=7, ge=1, le=90)
    console_session_hours: int = Field(default=12, ge=1, le=12)
    phone_session_days: int = Field(default=30, ge=1, le=365)
    lock_after_failures: int = Field(default=5, ge=3, le=20)
    second_factor: Literal["off", "administrators", "all"] = "administrators"
    step_up_minutes: int = Field(default=15, ge=1, le=720)
    password_history: int = Field(default=5, ge=0, le=24)
    password_days: int = Field(default=0, ge=0, le=3650)
    sessions_per_account: int = Field(default=10, ge=0, le=1000)
    separate_administrators: bool = True
    log_days: int = Field(default=365, ge=180, le=36500)
    spraying_accounts: int = Field(default=30, ge=5, le=10_000)
    known_device_days: int = Field(default=180, ge=1, le=3650)
    console_idle_minutes: int = Field(default=30, ge=0, le=720)
    hashing_threads: int = Field(default=max(1, min(4, (os.cpu_count() or 1) // 2)), ge=1, le=64)
    hashing_queue: int = Field(default=32, ge=2, le=1000)
    limits: dict[str, str] = Field(default_factory=dict)
    max_connections: int = Field(default=8000, ge=64, le=1_000_000)
    connections_per_address: int = Field(default=4000, ge=16, le=1_000_000)
    idle_connection_seconds: int = Field(default=75, ge=5, le=3600)
    body_memory_mb: int = Field(default=128, ge=32, le=100_000)
    metrics: Literal["", "off", "loopback", "token"] = ""
    metrics_token: str = ""
    threads: int = Field(default=16, ge=2, le=128)
    gate_batch: int = Field(default=256, ge=1, le=1000)
    trusted_proxies: list[str] = Field(default_factory=list)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    relay: bool = True
    sandbox_port: int = Field(default=0, ge=0, le=65535)
    quiet_hours: str = Field(
        default="22:00-07:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"
    )
    bundle_minutes: int = Field(default=30, ge=0, le=720)
    chat_days: int = Field(default=30, ge=1, le=3650)
    disk_reserve_mb: int = Field(default=256, ge=0, le=1_000_000)
    file_keep_hours: int = Field(default=24, ge=1, le=720)
    card_picture_days: int = Field(default=30, ge=1, le=365)
    _made_key: bool = PrivateAttr(default=False)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError) as error:
            raise ValueError("没有这个时区，请写成 Asia/Shanghai 的样子") from error
        return value

    @field_validator("limits")
    @classmethod
    def _known_limits(cls, value: dict[str, str]) -> dict[str, str]:
        from handlers.web.guards.limits import rates

        rates(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for each in value:
            ip_network(each, strict=False)
        return value

    @model_validator(mode="after")
    def _fill(self) -> Self:
        self.data_dir = self.data_dir.expanduser().resolve()
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'anban.db'}"
        if not self.public_url:
            self.public_url = f"http://{self.host}:{self.port}"
        self.public_url = self.public_url.rstrip("/")
        if not self.metrics:
            self.metrics = "loopback" if self.demo else "off"
        if self.metrics == "token" and len(self.metrics_token) < _SHORTEST_TOKEN:
            raise ValueError(f"ANBAN_METRICS_TOKEN: at least {_SHORTEST_TOKEN} characters, not to be guessed")
        if self.font_path is None:
            self.font_path = self.static_dir / "fonts" / "NotoSansSC-Regular.ttf"
        if self.demo:
            self._fill_for_show()
        if not self.secret_key:
            self.secret_key, self._made_key = _kept_secret(self.data_dir)
        return self

    def forget_made_key(self) -> None:
        """Delete the key that this start has made, if it has made one: the data there is was written under another."""
        if self._made_key:
            (self.data_dir / _KEY_FILE).unlink(missing_ok=True)

    def _fill_for_show(self) -> None:
        """The demo shows at any hour what an installation would keep for the morning, or for others to come along."""
        if self.registry_path is None:
            # It brings a registry of its own, so that 匹配资质 can be tried.
            self.registry_path = self.data_dir / "registry.xlsx"
        if not self.sandbox_port:
            self.sandbox_port = self.port + 1 if self.port < 65535 else self.port - 1
        if "second_factor" not in self.model_fields_set:
            # Its sign-ins stand in the README; a second factor can be set up and tried all the same.
            self.second_factor = "off"
        if "separate_administrators" not in self.model_fields_set:
            self.separate_administrators = False
        if "quiet_hours" not in self.model_fields_set:
            self.quiet_hours = ""
        if "bundle_minutes" not in self.model_fields_set:
            self.bundle_minutes = 0
        # Each phone of the sandbox's page has a host name of its own, so that each stays signed in as its holder.
        self.other_hosts += [f"{slot}.sandbox.localhost:{self.port}" for slot in ("p1", "p2", "p3")]

    @property
    def sandbox_url(self) -> str:
        """Where the demo's chat sandbox lives; empty outside the demo."""
        return f"http://127.0.0.1:{self.sandbox_port}" if self.demo else ""

    @property
    def embedded_redis(self) -> bool:
        """Whether shared state lives in this process alone."""
        return not self.redis_url

    def config(self) -> Config:
        """The part that the rules need to know."""
        return Config(
            secret_key=self.secret_key,
            previous_keys=tuple(self.previous_secret_keys),
            public_url=self.public_url,
            other_hosts=tuple(self.other_hosts),
            outside_hosts=(*self.outside_hosts, *([f"127.0.0.1:{self.sandbox_port}"] if self.demo else [])),
            data_dir=self.data_dir,
            font_path=self.font_path,
            registry_path=self.registry_path,
            time_zone=ZoneInfo(self.time_zone),
            demo=self.demo,
            first_password=self.first_password,
            first_password_days=self.first_password_days,
            console_session_hours=self.console_session_hours,
            phone_session_days=self.phone_session_days,
            lock_after_failures=self.lock_after_failures,
            second_factor=self.second_factor,
            step_up_minutes=self.step_up_minutes,
            password_history=self.password_history,
            password_days=self.password_days,
            sessions_per_account=self.sessions_per_account,
            separate_administrators=self.separate_administrators,
            log_days=self.log_days,
            spraying_accounts=self.spraying_accounts,
            known_device_days=self.known_device_days,
            console_idle_minutes=self.console_idle_minutes,
            hashing_threads=self.hashing_threads,
            hashing_queue=self.hashing_queue,
            quiet_hours=self.quiet_hours,
            bundle_minutes=self.bundle_minutes,
            chat_days=self.chat_days,
            disk_reserve_mb=self.disk_reserve_mb,
            file_keep_hours=self.file_keep_hours,
            card_picture_days=self.card_picture_days,
        )


def _kept_secret(folder: Path) -> tuple[str, bool]:
    """The installation's secret, made at the first start and readable by its owner alone; and whether it was made now."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, made = folder / _KEY_FILE, False
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        made = True
    except FileExistsError:
        pass
    return path.read_text().strip(), made
