"""A plain number as people type it at home is read faster, and never otherwise."""

import phonenumbers
from hypothesis import example, given, settings
from hypothesis import strategies as some
from phonenumbers import NumberParseException, PhoneNumberType

from watchword.features.contacts.homes import GAPS, PLAIN, read_at_home

KINDS = PhoneNumberType.values()
COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
digits = some.text("0123456789", min_size=1, max_size=12)


@some.composite
def nearly_real(draw: some.DrawFn, country: str) -> str:
    """Draw what begins like a number of some kind, and goes on as it likes."""
    number = phonenumbers.example_number_for_type(country, draw(some.sampled_from(KINDS)))
    whole = "" if number is None else phonenumbers.national_significant_number(number)
    kept = whole[: draw(some.integers(0, len(whole)))]
    rest = draw(digits) if draw(some.booleans()) else "1" * (len(whole) - len(kept))
    at, gap = draw(some.integers(2, 6)), draw(some.sampled_from(["", " ", "/", "-", "  ", " /"]))
    typed = f"0{kept}{rest}"
    return f"{typed[:at]}{gap}{typed[at:]}"


@settings(max_examples=500)
@given(some.data(), some.sampled_from(["DE", "DE", "AT", "CH", "FR", *COUNTRIES]))
def test_the_library_reads_the_same(data: some.DataObject, country: str) -> None:
    typed = data.draw(nearly_real(country) | some.from_regex(PLAIN, fullmatch=True))

    agrees(typed, country)


@settings(max_examples=500)
@given(digits)
@example("1711234567")
@example("18012345")
def test_it_does_for_germany(rest: str) -> None:
    agrees(f"0{rest}", "DE")


def agrees(typed: str, country: str) -> None:
    home = read_at_home(typed, country)
    if home is None:
        return
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        raise AssertionError("The library reads no number here.") from None
    assert home.dial_code == f"+{number.country_code}"
    assert home.national == phonenumbers.national_significant_number(number)
    assert home.kind == phonenumbers.number_type(number)
    assert phonenumbers.region_code_for_number(number) == country
    assert phonenumbers.is_possible_number(number)


def test_most_german_numbers_are_read_so() -> None:
    for typed in ("0171 1234567", "01711234567", "0170/1234567", "030 901820", "06421-12345"):
        home = read_at_home(typed, "DE")
        assert home is not None
        assert f"0{home.national}" == typed.translate(GAPS)


def test_what_is_not_plain_is_left_to_the_library() -> None:
    for typed in ("+49 171 1234567", "0049 171 1234567", "(0171) 1234567", "0900 1234567", "0171"):
        assert read_at_home(typed, "DE") is None
    assert read_at_home("06 1234567", "IT") is None  # where the zero belongs to the number
    assert read_at_home("0171 1234567", "??") is None
