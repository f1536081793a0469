"""How a prompt is spoken: what it says in a language, and how a voice reads digits.

A caller may be old, in a noisy street, and without anything to write: sentences are short, and what
to do stands at their end.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from watchword.features.activation.dialogue.steps import Say
from watchword.features.activation.prompts.languages import de, en
from watchword.foundation.secret import Secret

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"de": de.PROMPTS, "en": en.PROMPTS}
LOCALES: Final[Mapping[str, str]] = {"de": "de-DE", "en": "en-US"}
"""In which voice each is read."""
BETWEEN_DIGITS: Final = ", "
PAUSE: Final = '<break time="400ms"/>'


def spoken_in(language: str | None, usual: str, offered: Sequence[str]) -> str:
    """Choose a language that is offered: the one that is wanted (`de`, `de-AT`, `en_US`), the usual
    one of the organisation, or the first."""
    for wanted in (language or "", usual):
        plain = wanted.replace("_", "-").split("-")[0].lower()
        if plain in offered:
            return plain
    return offered[0]


def text_of(say: Say, language: str) -> str:
    """Give what is said, without its digits: they are never part of a text that is kept."""
    return LANGUAGES[language][say.prompt].format_map(dict(say.words))


def read_out(say: Say, language: str) -> str:
    """Give what is said, digits and all, for a voice that reads plain words."""
    text = text_of(say, language)
    return text if say.digits is None else f"{text} {spelt(say.digits)}."


def spelt(digits: Secret) -> str:
    """Give digits as they are read out, one by one."""
    return BETWEEN_DIGITS.join(digits.reveal())


def ssml_of(say: Say, language: str) -> str:
    """Give what is said, digits and all, as the inside of an SSML `speak`."""
    text = escape(text_of(say, language))
    if say.digits is None:
        return text
    read = PAUSE.join(
        f'<say-as interpret-as="digits">{escape(digit)}</say-as>' for digit in say.digits.reveal()
    )
    return f"{text} {read}"
