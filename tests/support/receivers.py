"""Receivers of notifications on this machine: a webhook over http or https, a mail server with TLS and sign-in."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks.webhooks import Webhook

USER, PASSWORD = "desk", "correct horse battery staple"


class Certificate(NamedTuple):
    """A certificate of this machine that signs itself, and its key."""

    path: Path
    context: ssl.SSLContext
    """What a server takes."""


def certificate(folder: Path, host: str = "127.0.0.1", days_left: float = 1) -> Certificate:
    """Make a certificate for localhost and an address; who names its file in SSL_CERT_FILE trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(host))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days_left))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return Certificate(path, context)


class Got(NamedTuple):
    """One request."""

    headers: dict[str, str]
    body: bytes
    path: str

    def verified(self, secret: str) -> Any:
        """Return the message; raises WebhookVerificationError unless it is signed by who has the secret."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """What a webhook was sent, and what it answers."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        """Status and headers, an answer each; 204 when there is none left."""
        self.address = ""
        self.open = threading.Event()
        """Cleared, requests are read and then wait."""
        self.open.set()


@contextmanager
def receiving(receiver: Receiver, trusted: Certificate | None = None, port: int = 0) -> Generator[Receiver, None, None]:
    """Serve a webhook on this machine, over https with a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(Got(dict(self.headers), body, self.path))
            receiver.open.wait(60)
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    if trusted:
        server.socket = trusted.context.wrap_socket(server.socket, server_side=True)
    receiver.address = f"{'https' if trusted else 'http'}://127.0.0.1:{server.server_port}/hook/T0ken"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.open.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Mailbox:
    """A mail server's post, and the addresses it refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.over_tls: list[bool] = []
        self.refused: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.envelopes.append(envelope)
        self.over_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(mailbox: Mailbox, made: Certificate, *, starttls: bool, port: int = 0) -> Generator[int, None, None]:
    """Serve a mailbox on this machine that takes mail over TLS from who signs in; yield its port."""
    tls = {"tls_context": made.context, "require_starttls": True} if starttls else {"ssl_context": made.context}
    signing_in = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": starttls}
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port(), **tls, **signing_in)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
