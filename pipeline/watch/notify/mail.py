"""Send a message as a mail, through the desk's own mail server, over TLS."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from pipeline.core.errors import DeliveryFailed, SettingsError
from pipeline.core.settings import Settings
from pipeline.watch.notify.models import Channel, Delivery
from pipeline.watch.notify.wording import in_words

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def send_mail(channel: Channel, delivery: Delivery, settings: Settings, now: datetime) -> None:
    """Send a message; raises DeliveryFailed with why it was not taken, SettingsError where no server is set."""
    host, sender = require_mail(settings)
    message = compose(channel, delivery, sender, now)
    try:
        _hand_over(message, host, settings)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = error.recipients[channel.target]
        problem = f"the mail server refuses {channel.target}: {_reply_text(code, reason)}"
        raise DeliveryFailed(problem, for_good=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise DeliveryFailed(f"the mail server answered {_reply_text(error.smtp_code, error.smtp_error)}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryFailed(
            f"the mail server cannot do that ({error}); see FACTNOTES_SMTP_SECURITY and _USER"
        ) from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise DeliveryFailed(f"the mail server {host} cannot be reached ({why})") from error


def require_mail(settings: Settings) -> tuple[str, str]:
    """Return the mail server and the sender that are set; raises SettingsError for what is missing or unsafe."""
    if not settings.smtp_host or not settings.smtp_from:
        raise SettingsError("set FACTNOTES_SMTP_HOST and FACTNOTES_SMTP_FROM: mails are sent through that server")
    if settings.smtp_security == "none" and settings.smtp_host not in _THIS_MACHINE:
        raise SettingsError(
            "FACTNOTES_SMTP_SECURITY=none is only for a mail server on this machine: use starttls or tls"
        )
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise SettingsError(
            "set both FACTNOTES_SMTP_USER and FACTNOTES_SMTP_PASSWORD, or neither to send without signing in"
        )
    return settings.smtp_host, settings.smtp_from


def compose(channel: Channel, delivery: Delivery, sender: str, now: datetime) -> EmailMessage:
    """Return the mail; the same message has the same Message-ID, however often it is sent."""
    subject, text = in_words(delivery.body)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, channel.target
    message["Subject"] = " ".join(subject.split())[:200]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.event_id}.{channel.id}@{sender.rpartition('@')[2].strip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return message


def _hand_over(message: EmailMessage, host: str, settings: Settings) -> None:
    trust, seconds = ssl.create_default_context(), settings.notify_timeout_s
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, settings.smtp_port, timeout=seconds, context=trust)
    else:
        server = smtplib.SMTP(host, settings.smtp_port, timeout=seconds)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=trust)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
        with suppress(smtplib.SMTPException, OSError):  # it was taken; how it says good-bye does not matter
            server.quit()
    finally:
        server.close()


def _reply_text(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", errors="replace") if isinstance(reason, bytes) else reason
    return f"{code} {' '.join(text.split())[:160]}"
