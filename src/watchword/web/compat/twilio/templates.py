"""Templates: the words that carry codes, as Twilio's clients list them. There is one."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency

from watchword.features.contacts.channels import Channel
from watchword.features.schemes.askings.rules import PURPOSE
from watchword.features.templates.own.rules import chosen
from watchword.features.templates.rules import LOCALES, words_for
from watchword.features.templates.words import Words
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import NO_TEMPLATE, Trouble
from watchword.web.compat.twilio.forms import query, write_moment
from watchword.web.compat.twilio.paging import cut, envelope, wanted
from watchword.web.compat.twilio.places import SETTINGS_READ
from watchword.web.compat.twilio.sids import TEMPLATE, named_sid

TEMPLATES = "/v2/Templates"
CODES = named_sid(TEMPLATE, "challenges.code")
NAME = "Codes"
CHANNELS = ["sms", "voice", "whatsapp", "email"]


@get(TEMPLATES, opt=SETTINGS_READ)
async def list_templates(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = query(request)
    asked, name = wanted(said), said.text("FriendlyName")
    rows, after = cut([await _shown(guest)] if name in {None, NAME} else [], asked)
    filters = [] if name is None else [("FriendlyName", name)]
    return envelope(guest.url(TEMPLATES), "templates", rows, asked, after, filters)


def find_fault_of_template(sid: str) -> Trouble | None:
    return None if sid == CODES else NO_TEMPLATE


async def _shown(guest: Guest) -> dict[str, Any]:
    organisation = guest.client.organisation
    language = await guest.services.configuration.settings.language_of(organisation)
    own = await guest.services.own_texts.all(organisation.id)
    translations = {}
    for locale in LOCALES:
        ours = chosen(own, PURPOSE, Channel.SMS, locale)
        is_own = ours is not None and ours.words is not None
        words = ours.words if ours and ours.words else words_for(PURPOSE, locale, Channel.SMS)
        since = write_moment(
            ours.created_at if ours is not None and is_own else organisation.created_at
        )
        translations[locale] = {
            "is_default_translation": locale == language,
            "status": "approved",
            "locale": locale,
            "text": _text(words),
            "date_created": since,
            "date_updated": since,
        }
    return {
        "sid": CODES,
        "account_sid": guest.account_sid,
        "friendly_name": NAME,
        "channels": CHANNELS,
        "translations": translations,
    }


def _text(words: Words) -> str:
    said = " ".join(filter(None, (words.text, words.sharing)))
    return said.replace("{code}", "{{code}}").replace("{organisation}", "{{friendly_name}}")


routes = [list_templates]
