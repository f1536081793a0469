"""Two hundred customers of a garden centre, as its old till would write them: the same every time.

Nobody of them exists. Their telephone numbers are those that the Bundesnetzagentur keeps for films
(mobile 0171 39200xx and 0176 040690xx, and a thousand in each of five towns), their mail ends at
example.org, and their streets are made up in towns that are real.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

COUNT = 200
HEADINGS = (
    *("Kundennummer", "Vorname", "Nachname", "Geburtsdatum", "E-Mail", "Mobil", "Telefon"),
    *("Straße", "PLZ", "Ort", "Land", "Kartennummer", "Verifiziert", "Verifiziert durch"),
    *("Verifiziert am", "Punkte", "Umsatz", "Bonus"),
)
GIVEN = (
    *("Änne", "Jürgen", "Sabine", "Björn", "Käthe", "Hans-Peter", "Renate", "Uwe", "Zoë", "Günter"),
    *("Monika", "Søren", "Birgit", "Thomas", "Anna-Lena", "Wolfgang", "Petra", "Jörg", "Heike"),
    *("Emre", "Ursula", "Klaus-Dieter", "Martina", "Ömer", "Silke", "Dieter", "Angelika", "René"),
    *("Marie-Luise", "Karl-Heinz", "Nadine", "Stefan", "Gisela"),
)
FAMILY = (
    *("Müller", "Schröder", "Weiß", "Köhler", "Meyer-Landruth", "Groß", "Böhm", "Jäger", "Voß"),
    *("Özdemir", "Krämer", "Schäfer", "von der Heide", "Hübner", "Löffler", "Nowak", "Fiedler"),
    *("Bauer", "Lüdenscheidt-Kühn", "Großmann", "Wölk", "Petersen", "Kowalczyk", "Brüggemann"),
    *("Strauß", "Zöllner", "Ahlers", "Dreßler", "Vogel", "Hölzel-Marx", "Lindqvist"),
)
STREETS = (
    *("Am Rosenbogen", "Gießkannenweg", "Fliederstieg", "Zum Staudenbeet", "Margeritenwinkel"),
    *("Hinter den Dahlien", "Kompostgasse", "Rittersporngang", "Am Frühbeet", "Efeuplatz"),
    *("Straße der Setzlinge", "Torfstichweg", "Lavendelzeile", "An der Regentonne"),
)
TOWNS = (
    *(("10115", "Berlin"), ("20095", "Hamburg"), ("50667", "Köln"), ("80331", "München")),
    *(("60311", "Frankfurt am Main"), ("99084", "Erfurt"), ("99423", "Weimar")),
    *(("37073", "Göttingen"), ("72070", "Tübingen"), ("23552", "Lübeck"), ("83646", "Bad Tölz")),
)
LANDLINES = ("030 23125", "040 66969", "0221 4710", "089 99998", "069 90009")
MEANS = ("letter", "email", "sms", "whatsapp", "in_store", "phone", "other")
NO_MAIL, NO_MOBILE = 4, 3
"""Of nine, and of seven."""
SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", " ": "-"})
TWICE = {40: 12, 90: 33, 150: 61}
"""Who comes twice, as it happens: with a number of its own, and spelled a little differently."""


@dataclass(frozen=True, slots=True)
class _Sown:
    """Numbers that follow from a number, without looking as if they did."""

    number: int

    def of(self, what: int, size: int) -> int:
        return (self.number * 7919 + what * 104729 + self.number**2 * 31) % 65521 % size


def customers() -> bytes:
    """Write them as a file, to be taken in as any other."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(_rows())
    return text.getvalue().encode()


def _rows() -> Iterator[Sequence[str]]:
    for number in range(COUNT):
        row = [*_row(number)]
        if number in TWICE:
            first = [*_row(TWICE[number])]
            # The same person, mail and street; another number, and no umlauts this time.
            row[1:10] = first[1:10]
            row[2] = _plain(first[2]).title()
        yield row


def _row(number: int) -> Sequence[str]:
    sown = _Sown(number)
    given = GIVEN[number % len(GIVEN)]
    family = FAMILY[number % len(FAMILY)]
    code, town = TOWNS[sown.of(1, len(TOWNS))]
    born = f"{1 + sown.of(2, 28):02}.{1 + sown.of(3, 12):02}.{1938 + sown.of(4, 68)}"
    mobile, phone = _numbers(number, sown)
    spent = sown.of(5, 2400)
    street = f"{STREETS[sown.of(6, len(STREETS))]} {1 + sown.of(7, 90)}"
    return (
        *(f"KD-{20001 + number}", given, family, born),
        "" if number % 9 == NO_MAIL else f"{_plain(given)}.{_plain(family)}{number}@example.org",
        *(mobile, phone, street, code, town, "DE", _card_number(number)),
        *_verified(number, sown),
        *(str(spent), f"{spent},{sown.of(8, 100):02}", f"{sown.of(9, 40)},50"),
    )


def _numbers(number: int, sown: _Sown) -> tuple[str, str]:
    """Give a mobile number and a landline, one of them or both."""
    block = "0171 39200" if number < COUNT // 2 else "0176 040690"
    mobile = "" if number % 7 == NO_MOBILE else f"{block}{number % 100:02}"
    area = LANDLINES[sown.of(10, len(LANDLINES))]
    phone = f"{area}{number:03}" if not mobile or number % 4 == 0 else ""
    return mobile, phone


def _card_number(number: int) -> str:
    """Give a number such as the old till has printed: not of the kind that we draw."""
    return f"SH{70010000 + number * 37}"


def _verified(number: int, sown: _Sown) -> tuple[str, str, str]:
    """Say of three in five how and when they were verified, so that each way comes about."""
    if number % 5 in {1, 3}:
        return "nein", "", ""
    means = MEANS[number // 2 % len(MEANS)]
    day = f"{1 + sown.of(11, 28):02}.{1 + sown.of(12, 12):02}.{2023 + sown.of(13, 2)}"
    return "ja", means, day


def _plain(name: str) -> str:
    spelt = name.lower().translate(SPELT)
    marks = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in marks if letter.isascii())
