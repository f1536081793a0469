"""An account at Meta for WhatsApp: its settings, and how it is asked for something."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import field

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.features.templates.rules import LOCALES
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import read_json
from watchword.providers.channels.http_exchange import HttpExchange, Reply
from watchword.providers.channels.network import check_url
from watchword.providers.channels.whatsapp.templates import check_minutes

ID: Final = re.compile(r"[0-9]{5,25}")
VERSION: Final = re.compile(r"v[1-9][0-9]{0,2}\.[0-9]")
TEMPLATE: Final = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
TOKEN: Final = re.compile(r"[!-~]+")
HIGHEST_CODE: Final = 10**9


class MetaWhatsappSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="meta_whatsapp",
):
    phone_number_id: str
    access_token: Secret
    templates: Mapping[str, str]
    """The minutes that it states, and its name. It has that name in every language."""
    link_template: str | None = None
    """A template of category UTILITY, whose button opens the page on which a code is typed."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Where a template has another language than ours by name: `{ en = "en_GB" }`."""
    app_secret: Secret | None = None
    verify_token: Secret | None = None
    business_account_id: str | None = None
    version: str = "v23.0"
    base_url: str = "https://graph.facebook.com"
    timeout_seconds: float = 10.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.WHATSAPP})

    @property
    def all_languages(self) -> Mapping[str, str]:
        """Our languages, as Meta calls them: as we do, if the operator does not know better."""
        return {**{locale: locale for locale in LOCALES}, **self.languages}

    def __post_init__(self) -> None:
        self._check_account()
        check_minutes(self.templates)
        if not all(map(TEMPLATE.fullmatch, self.templates.values())):
            raise ValueError("`templates` gives names of a-z, 0-9 and _, as Meta writes them.")
        if self.link_template is not None and not TEMPLATE.fullmatch(self.link_template):
            raise ValueError("`link_template` is a name of a-z, 0-9 and _, as Meta writes it.")
        if not all(map(LANGUAGE.fullmatch, self.languages.values())):
            raise ValueError("`languages` gives languages as Meta writes them, such as en_GB.")
        if not VERSION.fullmatch(self.version):
            raise ValueError("`version` is that of Meta's Graph API, such as v23.0.")
        check_url("base_url", self.base_url)

    def _check_account(self) -> None:
        if not ID.fullmatch(self.phone_number_id):
            raise ValueError(
                "`phone_number_id` is not one; copy the number that Meta shows under that name. "
                "It is not the telephone number itself."
            )
        if self.business_account_id is not None and not ID.fullmatch(self.business_account_id):
            raise ValueError("`business_account_id` is not one; copy it from Meta's console.")
        if not TOKEN.fullmatch(self.access_token.reveal()):
            raise ValueError("`access_token` is not one; copy it from Meta's console.")
        if (self.app_secret is None) != (self.verify_token is None):
            raise ValueError("`app_secret` and `verify_token` are given together or not at all.")
        for name in ("app_secret", "verify_token"):
            secret = getattr(self, name)
            if secret is not None and not secret.reveal():
                raise ValueError(f"`{name}` is empty, and anybody could guess it.")


class MetaExchange:
    """Asks Meta to make something: a message, or a template."""

    def __init__(self, settings: MetaWhatsappSettings) -> None:
        self._settings = settings
        self._exchange = HttpExchange(settings.timeout_seconds)

    async def ask(self, what: str, asked: object) -> Reply | Unavailable | Uncertain:
        settings = self._settings
        headers = {
            "Authorization": f"Bearer {settings.access_token.reveal()}",
            "Content-Type": "application/json",
        }
        url = f"{settings.base_url.rstrip('/')}/{settings.version}/{what}"
        return await self._exchange.ask("POST", url, headers, msgspec.json.encode(asked))

    async def close(self) -> None:
        await self._exchange.close()


class _Fault(msgspec.Struct):
    code: object = None


class _Refusal(msgspec.Struct):
    error: _Fault


def said_in(body: bytes) -> str | None:
    """Name what Meta says went wrong, if it says so."""
    refusal = read_json(body, _Refusal)
    return name_of(refusal.error.code) if refusal else None


def name_of(code: object) -> str | None:
    """Name what Meta has a number for, if it is one."""
    if isinstance(code, bool) or not isinstance(code, int) or not 0 <= code < HIGHEST_CODE:
        return None
    return f"Meta {code}"
