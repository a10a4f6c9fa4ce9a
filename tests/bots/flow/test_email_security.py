"""E-mail encrypted or not at all, refusals of every stage, and long lists of receivers (L06)."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.messages.channels.records import EMAIL, Contact, MailServer
from models.messages.records import Delivery
from scripts.services.process import free_port
from tests.bots.flow.conftest import Works
from tests.bots.flow.test_email import Post

PASSWORD = "p-a-s-s"


@dataclass
class Papers:
    """A certificate for 127.0.0.1, signed by itself."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    """Made anew; nobody trusts it unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Papers(tmp_path / "cert.pem", tmp_path / "key.pem")
    found.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return found


class Server(Post):
    """Post that asks for a password and says at which stage it refuses; `sessions` says who came encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[bool] = []
        self.sender = self.data = ""

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.sessions.append(server.transport.get_extra_info("ssl_object") is not None)
        envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return self.data or await super().handle_DATA(server, session, envelope)


@pytest.fixture
def start(works: Works) -> Iterator[Any]:
    """A function that starts a server and makes it the unit's: `(security, papers, offers)`."""
    running: list[Controller] = []

    def begin(security: str, papers: Papers | None = None, *, offers: bool = True) -> Server:
        kept = Server()
        options: dict[str, Any] = {}
        if papers is not None and offers and security == "starttls":
            options = {"tls_context": papers.context(), "require_starttls": True}
        if papers is not None:
            options |= {
                "authenticator": kept.login,
                "auth_required": security == "starttls",
                "auth_require_tls": security == "starttls",
            }
        controller = Controller(kept, hostname="127.0.0.1", port=free_port(), **options)
        if papers is not None and security == "tls":
            controller.ssl_context = papers.context()
        controller.factory = lambda: SMTP(kept, enable_SMTPUTF8=False, **options)  # type: ignore[method-assign]
        controller.start()
        running.append(controller)
        MailServer.create(
            company=works.crowd.unit, name="邮件", host="127.0.0.1", port=controller.port, security=security,
            sender="anban@example.cn", user="anban" if papers else None, password=PASSWORD if papers else None,
        )  # fmt: skip
        return kept

    yield begin
    for each in running:
        each.stop()


def addresses(works: Works) -> None:
    """Everybody has one."""
    for number, person in enumerate(works.people):
        Contact.create(company=works.crowd.unit, person=person, email=f"p{number}@example.cn")


def trusted(monkeypatch: pytest.MonkeyPatch, papers: Papers) -> None:
    """As an administrator who adds the certificate to the machine's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.certificate))


def states(works: Works) -> set[str]:
    return set(works.states(EMAIL))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_go_out_encrypted_to_a_server_that_is_trusted(
    works: Works, start: Any, papers: Papers, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    server = start(security, papers)
    addresses(works)
    trusted(monkeypatch, papers)
    works.tell(EMAIL)
    works.work()
    assert states(works) == {"accepted"}
    assert len(server.letters) == 3
    assert set(server.sessions) == {True}
    assert MailServer.get().last_ok_at is not None


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_trusts_gets_neither_letter_nor_password(
    works: Works, start: Any, papers: Papers, security: str
) -> None:
    server = start(security, papers)
    addresses(works)
    works.tell(EMAIL)
    works.work()
    assert (states(works), server.letters, server.sessions) == ({"failed"}, [], [])
    assert "加密连接没有建立" in str(MailServer.get().last_error)


def test_a_server_without_starttls_is_not_written_to_in_the_clear(
    works: Works, start: Any, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start("starttls", papers, offers=False)
    addresses(works)
    trusted(monkeypatch, papers)
    works.tell(EMAIL)
    works.work()
    assert (states(works), server.letters, server.sessions) == ({"failed"}, [], [])
    assert "不支持所选的加密方式" in str(MailServer.get().last_error)


def test_a_wrong_password_stands_at_the_server_and_nowhere_else(
    works: Works, start: Any, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start("starttls", papers)
    addresses(works)
    trusted(monkeypatch, papers)
    MailServer.get().change(password="wrong-one")
    works.tell(EMAIL)
    works.work()
    assert (states(works), server.letters) == ({"failed"}, [])
    assert "不认账号或密码" in str(MailServer.get().last_error)
    assert "wrong-one" not in str(MailServer.get().last_error)


@pytest.mark.parametrize(
    ("stage", "said", "state", "reason"),
    [
        ("sender", "553 not your address", "failed", "邮件服务器拒绝：553"),
        ("sender", "451 too many letters", "queued", "暂时不收：451"),
        ("data", "554 looks like spam", "failed", "服务器拒收：554"),
        ("data", "452 no room", "queued", "服务器暂时不收：452"),
    ],
)
def test_each_stage_may_refuse(
    works: Works, start: Any, stage: str, said: str, state: str, reason: str
) -> None:
    server = start("none")
    addresses(works)
    setattr(server, stage, said)
    works.tell(EMAIL)
    works.work()
    assert states(works) == {state}
    assert reason in Delivery.get(Delivery.way == EMAIL).reason


def test_one_address_that_the_server_cannot_read_does_not_hold_up_the_others(
    works: Works, start: Any
) -> None:
    server = start("none")
    addresses(works)
    Contact.update(email="张三@例子.中国").where(Contact.person == works.people[0]).execute()
    works.tell(EMAIL)
    works.work()
    assert works.states(EMAIL) == ["failed", "accepted", "accepted"]
    assert len(server.letters) == 2


def test_a_long_list_comes_in_letters_of_their_own_over_few_connections(works: Works, start: Any) -> None:
    server = start("none")
    addresses(works)
    works.people += [works.crowd.person(card=None, email=True) for _ in range(130)]
    server.refuse = {f"p{number}@example.com": "550 gone" for number in (10, 77)}
    works.tell(EMAIL)
    works.work()
    found = works.states(EMAIL)
    assert (found.count("accepted"), found.count("failed")) == (131, 2)
    assert len({to for to, _ in server.letters}) == 131
    # The header names one receiver: nobody sees who else was told.
    assert all(letter.count("@example.c") <= 4 for _, letter in server.letters)
