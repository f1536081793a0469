"""How prices are read: from settings, or from a table that a provider sends (CSV)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from msgspec import Struct

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import EVERYWHERE_ELSE, MICROS, Price, PriceList

HEADER = ("channel", "provider", "country_or_prefix", "price")
CURRENCY = re.compile(r"[A-Z]{3}")
PLACE = re.compile(r"[A-Z]{2}|\*|\+[1-9][0-9]{0,14}")
DEAREST = Decimal(1000)
ROWS_AT_MOST = 100_000
SHOWN_AT_MOST = 5  # faults; a wrong column would otherwise fill the screen


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One price as it is written. Without a provider, it is that of all."""

    channel: Channel
    provider: str = ""
    country_or_prefix: str = EVERYWHERE_ELSE
    price: Decimal


@dataclass(frozen=True, slots=True)
class BadPrices:
    """What is wrong with a price list, and what would be right."""

    faults: tuple[str, ...]


Reading: TypeAlias = PriceList | BadPrices


def read(currency: str, rows: Sequence[Row], table: Iterable[str] = ()) -> Reading:
    """Read a price list; `table`: the lines of a CSV file, of which the first is its header."""
    faults = [] if CURRENCY.fullmatch(currency) else ["currency is three capital letters: EUR."]
    prices: dict[tuple[Channel, ProviderName | None, str], Price] = {}
    for place, row in _placed(rows, table):
        price = _price(row) if isinstance(row, Row) else row
        if isinstance(price, str):
            faults.append(f"{place}: {price}")
            continue
        key = (price.channel, price.provider, price.where)
        if key in prices:
            faults.append(f"{place}: There is a price for the same already.")
        prices[key] = price
    if len(prices) > ROWS_AT_MOST:
        faults.append(f"There are {ROWS_AT_MOST} prices at most.")
    if faults:
        more = len(faults) - SHOWN_AT_MOST
        return BadPrices((*faults[:SHOWN_AT_MOST], *([f"And {more} more."] if more > 0 else [])))
    return PriceList(currency, tuple(prices.values()))


def _placed(rows: Sequence[Row], table: Iterable[str]) -> Iterator[tuple[str, Row | str]]:
    """Give each row with the words for where it stands, or what is wrong with it."""
    for number, row in enumerate(rows, start=1):
        yield f"row {number}", row
    lines = csv.reader(table, strict=True)
    try:
        for number, cells in enumerate(lines, start=1):
            if number == 1:
                if tuple(cell.strip() for cell in cells) != HEADER:
                    yield "line 1", f"The header is {','.join(HEADER)}."
                    return
            elif cells:
                yield f"line {number}", _row(cells)
            if number > ROWS_AT_MOST + 1:
                yield f"line {number}", f"There are {ROWS_AT_MOST} prices at most."
                return
    except csv.Error as fault:
        yield f"line {lines.line_num}", f"This is no CSV: {fault}."


def _row(cells: Sequence[str]) -> Row | str:
    if len(cells) != len(HEADER):
        return f"It has {len(HEADER)} cells: {','.join(HEADER)}."
    channel, provider, place, price = (cell.strip() for cell in cells)
    try:
        return Row(
            channel=Channel(channel),
            provider=provider,
            country_or_prefix=place,
            price=Decimal(price),
        )
    except ValueError:
        return f"The channel is one of {', '.join(Channel)}."
    except InvalidOperation:
        return "The price is a number such as 0.075."


def _price(row: Row) -> Price | str:
    if not PLACE.fullmatch(row.country_or_prefix):
        return "The place is a country (DE), the start of a number (+4917), or *."
    if not row.price.is_finite() or not 0 <= row.price <= DEAREST:
        return f"The price is 0 to {DEAREST}."
    micros = row.price * MICROS
    if micros != int(micros):
        return "The price has six decimal places at most."
    return Price(
        channel=row.channel,
        provider=ProviderName(row.provider) if row.provider else None,
        where=row.country_or_prefix,
        micros=int(micros),
    )
