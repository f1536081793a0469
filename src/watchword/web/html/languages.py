"""The languages of our pages: which one a reader gets, its words, and its way with time.

English words stand in the templates themselves; every other language has catalogues, one for
each part of the house that has pages.
"""

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_name,
)
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

FOLDER = Path(__file__).parent / "locale"
FALLBACK = "en"
JUST_NOW = timedelta(minutes=1)
MICROS = 1_000_000
IN_DAYS = range(1, 9)
"""So many weeks are told in days, if they are not whole ones."""
READ_AT_MOST = 20  # entries of a header that anybody can send


@dataclass(frozen=True, slots=True)
class Language:
    """`name` is what the language calls itself.

    `zone` is that of the reader's clock. Whoever reads a page of no organisation has UTC, and is
    told so behind each time; others find the name of the zone once on the page.
    """

    code: str
    name: str
    words: gettext.NullTranslations
    zone: tzinfo = UTC

    def ago(self, moment: datetime, now: datetime) -> str | None:
        """Say how long ago something was, or nothing if that was just now."""
        if now - moment < JUST_NOW:
            return None
        return format_timedelta(moment - now, add_direction=True, locale=self.code)

    def ahead(self, moment: datetime, now: datetime) -> str:
        """Say in how long something is to be: in 45 seconds, in 10 days."""
        wait = max(moment - now, timedelta(seconds=1))
        # Ten days are no week, and ninety seconds no minute.
        return format_timedelta(wait, add_direction=True, threshold=2, locale=self.code)

    def span(self, span: timedelta) -> str:
        weeks, odd_days = divmod(span.days, 7)
        if odd_days and weeks in IN_DAYS:
            # Whoever reads of 30 days elsewhere would wonder about four weeks.
            return str(format_unit(span.days, "duration-day", locale=self.code))
        return format_timedelta(span, locale=self.code)

    def language(self, code: str) -> str:
        """Give the name of a language: Deutsch, German. One that nobody knows is its code."""
        try:
            return str(Locale.parse(code).get_display_name(self.code))
        except (UnknownLocaleError, ValueError):
            return code

    def countries(self, codes: Iterable[str]) -> list[str]:
        """Give the names of countries in order; one that nobody knows is its code."""
        names = Locale.parse(self.code).territories
        # An umlaut stands with its letter, and not behind all others.
        return sorted(
            (str(names.get(each, each)) for each in codes), key=partial(normalize, "NFKD")
        )

    def number(self, count: int) -> str:
        return _decimal(count, self.code)

    def share(self, part: float) -> str:
        """Give a part of one as a percentage, without decimal places."""
        return format_percent(part, locale=self.code)

    def money(self, micros: int, currency: str) -> str:
        """Give a sum of money, as exactly as one counts it."""
        return format_currency(Decimal(micros) / MICROS, currency, locale=self.code)

    def price(self, micros: int, currency: str) -> str:
        """Give a price, which may be a part of the smallest coin, as exactly as it is known."""
        amount = Decimal(micros) / MICROS
        return format_currency(amount, currency, locale=self.code, decimal_quantization=False)

    def day(self, moment: datetime) -> str:
        """Give a day in so few letters that many stand side by side: 22 Nov. A day of UTC."""
        return format_skeleton("MMMd", moment, locale=self.code)

    def date(self, day: date) -> str:
        """Give a whole date, as it stands in a passport: 17 May 1980."""
        return format_date(day, "medium", locale=self.code)

    def hour(self, moment: datetime) -> str:
        """Give the time of the day without seconds: 14:00."""
        return format_time(moment.astimezone(self.zone), "HH:mm", locale=self.code)

    def clock(self, moment: datetime, now: datetime) -> str:
        """Give the time of the day, and the day where it was another one."""
        there = moment.astimezone(self.zone)
        time = format_time(there, "HH:mm:ss", locale=self.code) + self._suffix
        return (
            time
            if there.date() == now.astimezone(self.zone).date()
            else self._with_day(there, time)
        )

    def stamp(self, moment: datetime) -> str:
        """Give the day and the time, as things are called by it: 22 Nov 2026, 16:20."""
        return self._with_day(moment.astimezone(self.zone), self.hour(moment) + self._suffix)

    @property
    def zone_name(self) -> str:
        """Give the name of the zone: Mitteleuropäische Zeit."""
        return "UTC" if self.zone == UTC else get_timezone_name(self.zone, locale=self.code)

    @property
    def _suffix(self) -> str:
        return " UTC" if self.zone == UTC else ""

    def _with_day(self, there: datetime, time: str) -> str:
        return f"{format_date(there, 'medium', locale=self.code)}, {time}"


@lru_cache(4096)
def _decimal(count: int, code: str) -> str:
    """Write a number. Pages write the same few again and again, and each takes a while."""
    return format_decimal(count, locale=code)


def choose(chosen: str | None, accept_language: str) -> Language:
    """Choose the language that was asked for, else the best that the browser understands."""
    if chosen is not None and chosen in LANGUAGES:
        return LANGUAGES[chosen]
    for wanted in _by_preference(accept_language):
        code = wanted.partition("-")[0]
        if code in LANGUAGES:
            return LANGUAGES[code]
    return LANGUAGES[FALLBACK]


def _by_preference(accept_language: str) -> list[str]:
    weights: dict[str, float] = {}
    for entry in accept_language.lower().split(",")[:READ_AT_MOST]:
        name, _, weight = entry.partition(";q=")
        try:
            weights[name.strip()] = float(weight or 1)
        except ValueError:
            continue
    return sorted((name for name in weights if weights[name] > 0), key=lambda name: -weights[name])


def _open(code: str, name: str) -> Language:
    """Read all catalogues of a language into one: a page asks for each of its words in it."""
    whole, compiled = Catalog(locale=code), BytesIO()
    for path in sorted((FOLDER / code / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id:
                    whole[message.id] = message
    write_mo(compiled, whole)
    compiled.seek(0)
    return Language(code, name, gettext.GNUTranslations(compiled))


LANGUAGES: Mapping[str, Language] = {
    code: _open(code, name) for code, name in [("de", "Deutsch"), ("en", "English")]
}
