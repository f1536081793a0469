"""How a phone number is read, however it was typed; and to which ones no code is sent."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from watchword.features.contacts.rules import (
    HIDDEN,
    Contact,
    ContactKind,
    PhoneLine,
    Unreachable,
    dial_code_of,
    read_phone,
    reread,
)

GERMAN, AMERICAN = "+491701234567", "+14155552671"
SPELLING = "A phone number has digits, spaces and + - ( ) . / alone."


def canonical(typed: str, country: str = "DE") -> str | None:
    reading = read_phone(typed, country)
    return reading.canonical.reveal() if isinstance(reading, Contact) else None


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+491701234567", "DE", GERMAN),
        ("+49 170 1234567", "DE", GERMAN),
        ("+49 170 1234567", "US", GERMAN),
        ("+49-170-1234567", "DE", GERMAN),
        ("+49.170.1234567", "DE", GERMAN),
        ("+49/170/1234567", "DE", GERMAN),
        ("+49 (170) 123 45 67", "DE", GERMAN),
        ("+49 (0)170 1234567", "DE", GERMAN),
        ("+49  170   1234567 ", "DE", GERMAN),
        ("0170 1234567", "DE", GERMAN),
        ("0170/1234567", "DE", GERMAN),
        ("(0170) 1234567", "DE", GERMAN),
        ("0049 170 1234567", "DE", GERMAN),
        ("0049 (0) 170 1234567", "DE", GERMAN),
        ("011 49 170 1234567", "US", GERMAN),
        ("00 49 170 1234567", "AT", GERMAN),
        ("030 901820", "DE", "+4930901820"),
        ("(415) 555-2671", "US", AMERICAN),
        ("1-415-555-2671", "US", AMERICAN),
        ("415.555.2671", "US", AMERICAN),
        ("+1 415 555 2671", "DE", AMERICAN),
        ("001 415 555 2671", "DE", AMERICAN),
        ("+43 664 1234567", "DE", "+436641234567"),
        ("+41 79 123 45 67", "DE", "+41791234567"),
        ("06 1234567", "IT", "+39061234567"),  # where the zero belongs to the number
        ("+39 06 1234567", "DE", "+39061234567"),
        ("+683 4002", "DE", "+6834002"),  # all digits that a number on Niue has
    ],
)
def test_a_number_may_be_typed_as(typed: str, country: str, number: str) -> None:
    assert canonical(typed, country) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+",
        "++49 170 1234567",
        "49+170 1234567",
        " +49 170 1234567",
        "+49 170 1234567\n",
        "+49\t170\t1234567",
        "+49\N{NO-BREAK SPACE}170\N{NO-BREAK SPACE}1234567",
        "+49\N{ZERO WIDTH SPACE}1701234567",
        "\N{LEFT-TO-RIGHT MARK}+491701234567",
        "+49\N{EN DASH}170\N{EN DASH}1234567",
        "\N{FULLWIDTH PLUS SIGN}491701234567",
        "+49170123456\N{ARABIC-INDIC DIGIT SEVEN}",
        "+49170123456\N{FULLWIDTH DIGIT SEVEN}",
        "+49170123456\N{SUPERSCRIPT TWO}",
        "+49170123456\N{DEVANAGARI DIGIT SEVEN}",
        "+49 170 1234567 ext. 5",
        "+49 170 1234567x5",
        "+49 170 1234567#5",
        "+49 170 1234567,5",
        "+49 170 1234567;ext=5",
        "tel:+491701234567",
        "1701234567;phone-context=+49",
        "tel:1234567;phone-context=example.org",
        "1-800-FLOWERS",
        "call me",
        "+49 170 1234567\0",
        "+" + "1" * 33,
    ],
)
def test_a_number_has_no_letters_no_extensions_and_no_strange_digits(typed: str) -> None:
    assert read_phone(typed, "DE") == Unreachable(SPELLING)


@pytest.mark.parametrize(
    ("typed", "country", "because"),
    [
        ("+1 900 234 5678", "US", "a premium-rate number"),
        ("+49 900 1234567", "DE", "a premium-rate number"),
        ("0900 1234567", "DE", "a premium-rate number"),
        ("+979 123456789", "DE", "a premium-rate number"),
        ("+44 70 1234 5678", "GB", "a personal number"),
        ("+49 700 12345678", "DE", "a personal number"),
        ("+1 500 234 5678", "US", "a personal number"),
        ("+49 180 1234567", "DE", "a shared-cost number"),
        ("+44 5512345678", "GB", "a company number"),
        ("+44 7600 123456", "GB", "a pager"),
        ("+49 800 1234567", "DE", "a toll-free number"),
        ("+1 800 234 5678", "US", "a toll-free number"),
        ("+800 12345678", "DE", "a toll-free number"),
        ("+870 773111632", "DE", "a number of no country"),
        ("+881 612345678", "DE", "a number of no country"),
        ("+882 1612345678", "DE", "of no country"),
        ("+49 1", "DE", "no phone number"),
        ("0170 1234567", "US", "too short or too long"),
        ("170 123", "US", "too short or too long"),
        ("+1 415 555 26711", "US", "too short or too long"),
        ("0201 000000000000", "DE", "too short or too long"),
        ("+999 1234567", "DE", "no phone number"),
        ("110", "DE", "not in use"),
        ("+49 110", "DE", "not in use"),
        ("+44 1632 960123", "GB", "not in use"),  # kept free for films
        ("+49 32 12345678", "DE", "not in use"),
    ],
)
def test_no_code_is_sent_to(typed: str, country: str, because: str) -> None:
    reading = read_phone(typed, country)

    assert isinstance(reading, Unreachable)
    assert because in reading.because


gaps = some.sampled_from(["", "", "", " ", "-", ".", "/", " - ", "("])
numbers = some.sampled_from(
    [GERMAN, AMERICAN, "+436641234567", "+41791234567", "+4930901820", "+33612345678"]
)


class TestWhateverTheSpelling:
    @given(number=numbers, start=some.sampled_from(["+", "00"]), data=some.data())
    def test_one_number_has_one_canonical_form(
        self, number: str, start: str, data: some.DataObject
    ) -> None:
        places = some.lists(gaps, min_size=len(number), max_size=len(number))
        typed = start + "".join(map("".join, zip(number[1:], data.draw(places), strict=False)))
        assume(len(typed) <= 32)  # longer is nothing that anybody types

        assert canonical(typed.rstrip(" ")) == number

    @given(number=numbers)
    def test_a_canonical_form_is_read_as_itself_in_every_country(self, number: str) -> None:
        assert [canonical(number, country) for country in ("DE", "US", "IT", "")] == [number] * 4

    @given(some.text(max_size=40), some.sampled_from(["DE", "US", "GB", "IT", ""]))
    def test_nothing_that_is_typed_is_beyond_an_answer(self, typed: str, country: str) -> None:
        assert isinstance(read_phone(typed, country), Contact | Unreachable)

    @given(some.from_regex(r"\A[+0-9][0-9 ()./-]{4,20}\Z"), some.sampled_from(["DE", "US", "NU"]))
    def test_what_is_reached_is_plain_e164_and_is_read_as_itself(
        self, typed: str, country: str
    ) -> None:
        reading = read_phone(typed, country)
        if isinstance(reading, Contact):
            number = reading.canonical.reveal()

            assert number[0] == "+"
            assert number[1:].isascii()
            assert 5 <= len(number) <= 16
            assert reading.address.reveal() == number
            assert canonical(number, "GB") == number
            assert reading.kind is ContactKind.PHONE


class TestAMaskedNumber:
    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            (GERMAN, "+49•••••4567"),
            (AMERICAN, "+1•••••2671"),
            ("+29022158", "+290•••••58"),  # half of it at most, on islands with short numbers
            ("+6834002", "+683•••••02"),
        ],
    )
    def test_shows_its_country_and_its_end(self, number: str, shown: str) -> None:
        reading = read_phone(number, "")

        assert isinstance(reading, Contact)
        assert reading.masked == shown
        assert reread(ContactKind.PHONE, number).masked == shown

    @given(some.from_regex(r"\A\+(49|1|290|683|39|44|33)[0-9]{4,11}\Z"))
    def test_never_shows_more_than_its_last_four_digits(self, number: str) -> None:
        reading = read_phone(number, "")
        if isinstance(reading, Contact):
            country, _, end = reading.masked.partition(HIDDEN)

            assert number.startswith(country)
            assert number.endswith(end)
            assert len(end) <= 4
            assert len(country) + 2 * len(end) <= len(number)

    def test_says_nothing_of_what_cannot_be_read_any_more(self) -> None:
        assert reread(ContactKind.PHONE, "+999123456").masked == HIDDEN


def test_a_contact_point_does_not_print() -> None:
    assert "1234567" not in repr(read_phone(GERMAN, "DE"))


def test_a_refusal_does_not_quote_what_was_typed() -> None:
    for typed in ("+49 900 1234567", "call +491701234567", "+49 32 12345678"):
        reading = read_phone(typed, "DE")

        assert isinstance(reading, Unreachable)
        assert "123" not in reading.because.replace("+49 170 1234567", "")


class TestWhereANumberBelongs:
    @pytest.mark.parametrize(
        ("number", "country", "dial_code", "line"),
        [
            ("+491701234567", "DE", "+49", PhoneLine.MOBILE),
            ("+498912345678", "DE", "+49", PhoneLine.LANDLINE),
            ("+12015550123", "US", "+1", PhoneLine.EITHER),
            ("+14165550123", "CA", "+1", PhoneLine.EITHER),
            ("+445612345678", "GB", "+44", PhoneLine.VOIP),
            ("+447797712345", "JE", "+44", PhoneLine.MOBILE),
        ],
    )
    def test_is_known_by_the_number_alone(
        self, number: str, country: str, dial_code: str, line: PhoneLine
    ) -> None:
        for where in ("", "DE", country):
            read = read_phone(number, where)
            assert isinstance(read, Contact)
            assert (read.country, read.dial_code, read.line) == (country, dial_code, line)

    def test_is_still_known_when_it_is_read_again(self) -> None:
        read = reread(ContactKind.PHONE, "+436641234567")

        assert (read.country, read.line, read.dial_code) == ("AT", PhoneLine.MOBILE, "+43")

    def test_is_not_asked_of_an_email(self) -> None:
        read = reread(ContactKind.EMAIL, "ann@example.org")

        assert (read.country, read.line, read.dial_code, read.prefix) == (None, None, None, None)

    @given(some.integers(0, 9999))
    def test_has_a_block_of_ten_thousand_around_it(self, last: int) -> None:
        read = read_phone(f"+49170123{last:04}", "")

        assert isinstance(read, Contact)
        assert read.prefix is not None
        assert read.prefix.reveal() == "+49170123"
        assert "+49170123" not in repr(read)

    @pytest.mark.parametrize(
        ("country", "dial_code"), [("DE", "+49"), ("US", "+1"), ("JE", "+44"), ("XX", None)]
    )
    def test_has_a_dial_code(self, country: str, dial_code: str | None) -> None:
        assert dial_code_of(country) == dial_code


@pytest.mark.parametrize(
    ("number", "start"),
    [("+491701234567", "+491701"), ("+12025550123", "+120255"), ("+69022123", "+69022")],
)
def test_the_beginning_of_a_number_finds_nobody(number: str, start: str) -> None:
    phone = read_phone(number, "DE")

    assert isinstance(phone, Contact)
    assert phone.number_start == start
