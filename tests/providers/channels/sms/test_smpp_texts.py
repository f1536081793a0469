"""Texts in as many parts as they need: none lost, none torn, in the least room."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.sms.smpp_phone import read_parts, show
from watchword.features.delivery.rules import Refused
from watchword.foundation.gsm import BASIC, EXTENDED, segments
from watchword.providers.channels.sms.smpp_settings import Alphabet, LongMessages
from watchword.providers.channels.sms.smpp_texts import MOST_PARTS, Part, write_text

ALPHABETS: list[Alphabet] = ["gsm", "latin1", "ucs2"]

gsm = some.text(alphabet=BASIC + EXTENDED, max_size=400)
wide = some.text(
    alphabet=some.characters(exclude_categories=["Cs"]) | some.sampled_from("€😀👩‍👧é^"),
    max_size=300,
)


def parts_of(
    text: str,
    alphabet: Alphabet = "gsm",
    long_messages: LongMessages = "udh",
    reference: int = 7,
) -> list[Part]:
    parts = write_text(text, alphabet, long_messages, reference)
    assert not isinstance(parts, Refused)
    return parts


@given(gsm | wide, some.sampled_from(ALPHABETS), some.integers(0, 255))
def test_any_text_arrives_as_it_was(text: str, alphabet: Alphabet, reference: int) -> None:
    parts = parts_of(text, alphabet, reference=reference)

    assert read_parts(parts, alphabet) == text


@given(gsm | wide, some.sampled_from(ALPHABETS))
def test_any_text_arrives_as_it_was_in_one_long_message(text: str, alphabet: Alphabet) -> None:
    (part,) = parts_of(text, alphabet, "payload")

    assert read_parts([part], alphabet) == text
    assert part.is_payload == (len(parts_of(text, alphabet)) > 1)


@given(gsm | wide, some.sampled_from(ALPHABETS))
def test_no_part_tears_a_character(text: str, alphabet: Alphabet) -> None:
    for part in parts_of(text, alphabet):
        show(part, alphabet)  # which raises, if it is torn
        assert len(part.octets) <= (160 if part.data_coding == 0 else 140)


@given(gsm | wide)
def test_a_text_takes_as_many_parts_as_it_is_paid_for(text: str) -> None:
    assert len(parts_of(text)) == segments(text)


@given(gsm)
def test_what_the_alphabet_has_is_sent_in_it(text: str) -> None:
    assert {part.data_coding for part in parts_of(text)} == {0}


@given(gsm | wide, some.sampled_from(ALPHABETS))
def test_a_part_is_full_before_the_next_begins(text: str, alphabet: Alphabet) -> None:
    parts = parts_of(text, alphabet)
    room = 134 if parts[0].data_coding else 153

    for part, following in pairwise(parts):
        first = show(following, alphabet)[0]
        size = len(first.encode("utf-16-be")) if part.data_coding else 1 + (first in EXTENDED)
        filled = sum(
            len(char.encode("utf-16-be")) if part.data_coding else 1 + (char in EXTENDED)
            for char in show(part, alphabet)
        )
        assert filled <= room < filled + size


@pytest.mark.parametrize(
    ("text", "count", "coding"),
    [
        ("", 1, 0),
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 0),
        ("a" * 306, 2, 0),
        ("a" * 307, 3, 0),
        ("€" * 80, 1, 0),
        ("€" * 80 + "a", 2, 0),
        ("ł" * 70, 1, 8),
        ("ł" * 71, 2, 8),
        ("ł" * 134, 2, 8),
        ("ł" * 135, 3, 8),
        ("😀" * 35, 1, 8),
        ("😀" * 36, 2, 8),
    ],
)
def test_a_text_takes_as_many_parts(text: str, count: int, coding: int) -> None:
    parts = parts_of(text)

    assert (len(parts), parts[0].data_coding) == (count, coding)


def test_what_takes_two_places_is_not_torn_at_the_end_of_a_part() -> None:
    euro, emoji = parts_of("a" * 152 + "€" * 20), parts_of("ł" * 66 + "😀" * 20)

    assert show(euro[0], "gsm") == "a" * 152
    assert show(emoji[0], "gsm") == "ł" * 66


def test_parts_say_which_of_how_many_they_are() -> None:
    headers = [part.octets[:6] for part in parts_of("a" * 400, reference=0x1FF)]

    assert headers == [b"\5\0\3\xff\3\1", b"\5\0\3\xff\3\2", b"\5\0\3\xff\3\3"]


@pytest.mark.parametrize(
    ("text", "alphabet", "octets", "coding"),
    [
        ("@£Ä€", "gsm", b"\x00\x01\x5b\x1b\x65", 0),
        ("@£Ä", "latin1", b"@\xa3\xc4", 0),
        ("Ä€", "latin1", b"\x00\xc4\x20\xac", 8),  # Latin-1 has no €
        ("ç", "latin1", b"\x00\xe7", 8),  # and GSM no ç
        ("Δ", "latin1", b"\x03\x94", 8),
        ("ab", "ucs2", b"\x00a\x00b", 8),
        ("😀", "gsm", b"\xd8\x3d\xde\x00", 8),
    ],
)
def test_a_text_is_written_so(text: str, alphabet: Alphabet, octets: bytes, coding: int) -> None:
    (part,) = parts_of(text, alphabet)

    assert (part.octets, part.data_coding) == (octets, coding)


@pytest.mark.parametrize("char", BASIC + EXTENDED)
def test_each_letter_of_the_alphabet_has_its_place(char: str) -> None:
    assert read_parts(parts_of(char), "gsm") == char


def test_an_extended_character_takes_two_places_of_the_telephone_in_latin1_too() -> None:
    assert len(parts_of("[" * 80, "latin1")) == 1
    assert len(parts_of("[" * 81, "latin1")) == 2


@pytest.mark.parametrize("long_messages", ["udh", "payload"])
def test_a_text_of_too_many_parts_is_refused(long_messages: LongMessages) -> None:
    longest = "a" * (153 * MOST_PARTS)

    assert isinstance(write_text(longest, "gsm", long_messages, 1), list)
    assert write_text(longest + "a", "gsm", long_messages, 1) == Refused("text too long")


def test_what_is_no_text_is_refused() -> None:
    assert write_text("\ud800", "gsm", "udh", 1) == Refused("text")


def test_a_part_does_not_show_what_is_in_it() -> None:
    assert "482913" not in repr(parts_of("Your code is 482913.", "latin1"))
