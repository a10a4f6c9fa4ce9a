"""Settings of an installation, from the environment (`ANBAN_…`) or a `.env` file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.core.config import Config

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
    threads: int = Field(default=16, ge=2, le=128)
    gate_batch: int = Field(default=256, ge=1, le=1000)
    trust_proxy: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    relay: bool = True
    sandbox_port: int = Field(default=0, ge=0, le=65535)
    quiet_hours: str = Field(
        default="22:00-07:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"
    )
    bundle_minutes: int = Field(default=30, ge=0, le=720)
    chat_days: int = Field(default=30, ge=1, le=3650)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @model_validator(mode="after")
    def _fill(self) -> Self:
        self.data_dir = self.data_dir.expanduser().resolve()
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'anban.db'}"
        if not self.public_url:
            self.public_url = f"http://{self.host}:{self.port}"
        self.public_url = self.public_url.rstrip("/")
        if self.font_path is None:
            self.font_path = self.static_dir / "fonts" / "NotoSansSC-Regular.ttf"
        if self.demo:
            self._fill_for_show()
        if not self.secret_key:
            self.secret_key = _kept_secret(self.data_dir)
        return self

    def _fill_for_show(self) -> None:
        """The demo shows at any hour what an installation would keep for the morning, or for others to come along."""
        if self.registry_path is None:
            # It brings a registry of its own, so that 匹配资质 can be tried.
            self.registry_path = self.data_dir / "registry.xlsx"
        if not self.sandbox_port:
            self.sandbox_port = self.port + 1 if self.port < 65535 else self.port - 1
        if "quiet_hours" not in self.model_fields_set:
            self.quiet_hours = ""
        if "bundle_minutes" not in self.model_fields_set:
            self.bundle_minutes = 0

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
            quiet_hours=self.quiet_hours,
            bundle_minutes=self.bundle_minutes,
            chat_days=self.chat_days,
        )


def _kept_secret(folder: Path) -> str:
    """The installation's secret, made at the first start and readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret.key"
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
