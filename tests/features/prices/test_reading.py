"""How price lists are read, and what is said of those that cannot be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.reading import BadPrices, Row, read
from watchword.features.prices.rules import Price, PriceList

HEADER = "channel,provider,country_or_prefix,price"


def price_of(reading: PriceList | BadPrices) -> Price:
    assert isinstance(reading, PriceList)
    (price,) = reading.prices
    return price


def faults_of(*lines: str, currency: str = "EUR") -> tuple[str, ...]:
    reading = read(currency, [], lines)
    assert isinstance(reading, BadPrices)
    return reading.faults


def test_a_line_of_a_table_is_a_price() -> None:
    price = price_of(read("EUR", [], [HEADER, "sms, twilio ,+4917,0.0752"]))

    assert price == Price(
        channel=Channel.SMS, provider=ProviderName("twilio"), where="+4917", micros=75_200
    )


def test_a_row_of_the_settings_is_a_price_of_all_providers_and_places_unless_it_names_some() -> (
    None
):
    row = Row(channel=Channel.VOICE, price=Decimal("0.12"))

    assert price_of(read("EUR", [row])) == Price(
        channel=Channel.VOICE, provider=None, where="*", micros=120_000
    )


def test_empty_lines_are_passed_over() -> None:
    price_of(read("EUR", [], [HEADER, "", "sms,,DE,0.07", ""]))


def test_the_same_may_not_have_two_prices() -> None:
    assert faults_of(HEADER, "sms,,DE,1", "sms,,DE,2") == (
        "line 3: There is a price for the same already.",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pigeon,,DE,1", "The channel is one of"),
        ("sms,,de,1", "The place is a country"),
        ("sms,,Germany,1", "The place is a country"),
        ("sms,,+049,1", "The place is a country"),
        ("sms,,,1", "The place is a country"),
        ("sms,,DE,cheap", "The price is a number"),
        ("sms,,DE,-1", "The price is 0 to 1000"),
        ("sms,,DE,1001", "The price is 0 to 1000"),
        ("sms,,DE,NaN", "The price is 0 to 1000"),
        ("sms,,DE,Infinity", "The price is 0 to 1000"),
        ("sms,,DE,0.0000001", "six decimal places"),
        ("sms,DE,1", "It has 4 cells"),
        ('sms,,"DE,1', "no CSV"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, said: str) -> None:
    (fault,) = faults_of(HEADER, line)

    assert fault.startswith("line 2: ")
    assert said in fault


def test_a_table_has_a_header() -> None:
    assert faults_of("sms,,DE,1") == (f"line 1: The header is {HEADER}.",)


def test_a_currency_has_three_letters() -> None:
    assert faults_of(HEADER, currency="Euro") == ("currency is three capital letters: EUR.",)


def test_of_many_faults_the_first_are_said_and_the_others_counted() -> None:
    faults = faults_of(HEADER, *(["sms,,DE,cheap"] * 12))

    assert len(faults) == 6
    assert faults[-1] == "And 7 more."


@given(some.decimals(0, 1000, places=6))
def test_no_micro_of_a_price_is_lost(price: Decimal) -> None:
    read_price = price_of(read("EUR", [], [HEADER, f"sms,,DE,{price}"]))

    assert Decimal(read_price.micros) / 1_000_000 == price


@given(some.lists(some.text(max_size=40), max_size=5))
def test_whatever_stands_there_is_a_price_list_or_refused_with_words(lines: list[str]) -> None:
    reading = read("EUR", [], [HEADER, *lines])

    assert isinstance(reading, PriceList) or all(reading.faults)
