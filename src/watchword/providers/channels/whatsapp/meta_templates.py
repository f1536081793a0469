"""Authentication templates as Meta makes them: we say for how long, and Meta has the words."""

import re
from typing import Any, Final

import msgspec

from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.providers.channels.answers import look_up
from watchword.providers.channels.callbacks import read_json
from watchword.providers.channels.whatsapp.meta_account import (
    MetaExchange,
    MetaWhatsappSettings,
    said_in,
)
from watchword.providers.channels.whatsapp.meta_answers import ANSWERS

SHORTEST_WAIT, LONGEST_WAIT = 30, 900  # seconds
TAKEN: Final = re.compile(r"[0-9A-Za-z_]{1,40}")


class Made(msgspec.Struct, frozen=True):
    """What became of one template: its state at Meta, or why there is none."""

    language: str
    state: str | None = None
    reason: str | None = None


def name_for(settings: MetaWhatsappSettings, minutes: int) -> str:
    """Give the name that a template has in the settings, or should have."""
    return settings.templates.get(str(minutes), f"watchword_code_{minutes}")


def compose(name: str, language: str, minutes: int) -> dict[str, Any]:
    """Describe a template for codes that are good for so many minutes."""
    return {
        "name": name,
        "language": language,
        "category": "AUTHENTICATION",
        # A message that waits for a phone is dropped when its code has run out.
        "message_send_ttl_seconds": min(max(minutes * 60, SHORTEST_WAIT), LONGEST_WAIT),
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": minutes},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }


class _Answer(msgspec.Struct):
    status: object = None


async def make(settings: MetaWhatsappSettings, minutes: int) -> list[Made]:
    """Ask Meta to make a template in each language."""
    exchange, name = MetaExchange(settings), name_for(settings, minutes)
    try:
        return [
            await _make(exchange, settings, compose(name, language, minutes))
            for language in settings.all_languages.values()
        ]
    finally:
        await exchange.close()


async def _make(
    exchange: MetaExchange, settings: MetaWhatsappSettings, template: dict[str, Any]
) -> Made:
    language: str = template["language"]
    reply = await exchange.ask(f"{settings.business_account_id}/message_templates", template)
    if isinstance(reply, Unavailable | Uncertain):
        return Made(language, reason=reply.reason)
    if reply.status // 100 != 2:  # noqa: PLR2004
        said = said_in(reply.body)
        return Made(
            language, reason=look_up(ANSWERS, reply.status, *([said] if said else [])).reason
        )
    state = (read_json(reply.body, _Answer) or _Answer()).status
    tidy = isinstance(state, str) and TAKEN.fullmatch(state)
    return Made(language, state=str(state).lower() if tidy else "taken")
