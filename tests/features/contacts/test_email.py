"""How an e-mail address is read: strictly, and known again whatever the case of its letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.rules import (
    EMAIL_AT_MOST,
    HIDDEN,
    Contact,
    ContactKind,
    Unreachable,
    read_email,
    reread,
)

DOMAIN = "@example.org"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("ann@example.org", "ann@example.org"),
        ("Ann@Example.ORG", "ann@example.org"),
        ("ann+bank@example.org", "ann+bank@example.org"),
        ("a.n.n@mail.example.org", "a.n.n@mail.example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@example\N{IDEOGRAPHIC FULL STOP}org", "ann@example.org"),
        ("ann@\N{FULLWIDTH LATIN SMALL LETTER E}xample.org", "ann@example.org"),
    ],
)
def test_an_address_is_sent_to_as_it_was_typed_and_known_by(typed: str, canonical: str) -> None:
    reading = read_email(typed)

    assert isinstance(reading, Contact)
    assert reading.kind is ContactKind.EMAIL
    assert reading.address.reveal() == typed
    assert reading.canonical.reveal() == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@@example.org",
        "ann@bob@example.org",
        " ann@example.org",
        "ann@example.org ",
        "ann @example.org",
        "ann@exam ple.org",
        "ann@example.org\n",
        "ann@example.org\r\nBcc: bob@example.org",
        "ann\r\n@example.org",
        "ann@example.org\0",
        "ann\N{ZERO WIDTH SPACE}@example.org",
        "ann@exam\N{ZERO WIDTH SPACE}ple.org",
        "ann\N{RIGHT-TO-LEFT OVERRIDE}@example.org",
        "änn@example.org",
        "\N{CYRILLIC SMALL LETTER A}nn@example.org",
        '"ann"@example.org',
        '"ann bob"@example.org',
        "Ann <ann@example.org>",
        "<ann@example.org>",
        "ann@example.org (Ann)",
        "ann@example.org,bob@example.org",
        "ann@example.org;bob@example.org",
        "mailto:ann@example.org?bcc=bob@example.org",
        ".ann@example.org",
        "ann.@example.org",
        "a..n@example.org",
        "ann@example",
        "ann@localhost",
        "ann@machine.local",
        "ann@[127.0.0.1]",
        "ann@127.0.0.1",
        "ann@[IPv6:::1]",
        "ann@-example.org",
        "ann@example-.org",
        "ann@example..org",
        "ann@.example.org",
        f"ann@{'a' * 64}.org",
    ],
)
def test_no_address_that_we_can_send_to_is(typed: str) -> None:
    assert read_email(typed) == Unreachable(
        "This is no e-mail address that we can send to: name@example.org."
    )


@pytest.mark.parametrize("length", [EMAIL_AT_MOST + 1, 10_000])
def test_an_address_of_more_than_254_characters_is_too_long(length: int) -> None:
    typed = "a" * (length - len(DOMAIN)) + DOMAIN

    assert read_email(typed) == Unreachable("This e-mail address is too long.")


def test_an_address_may_be_as_long_as_mail_servers_take_it() -> None:
    domain = ".".join(["a" * 60] * 3) + ".org"
    typed = f"{'a' * 64}@{domain}"
    assert len(typed) <= EMAIL_AT_MOST

    assert isinstance(read_email(typed), Contact)


@given(some.from_regex(r"\A[a-zA-Z0-9+-]{1,20}@[a-z0-9]{1,10}\.(org|de)\Z"), some.data())
def test_one_address_has_one_canonical_form_in_every_case(
    typed: str, data: some.DataObject
) -> None:
    cases = data.draw(some.lists(some.booleans(), min_size=len(typed), max_size=len(typed)))
    other = "".join(
        char.upper() if is_upper else char.lower()
        for char, is_upper in zip(typed, cases, strict=True)
    )
    one, another = read_email(typed), read_email(other)

    if isinstance(one, Contact):
        assert isinstance(another, Contact)
        assert one.canonical.reveal() == another.canonical.reveal()
    else:
        assert one == another


@given(some.text(max_size=30) | some.text(max_size=20).map(lambda name: name + DOMAIN))
def test_nothing_that_is_typed_is_beyond_an_answer(typed: str) -> None:
    reading = read_email(typed)

    if isinstance(reading, Contact):
        address = reading.address.reveal()
        assert address.isprintable()
        assert "\n" not in address
        assert reading.canonical.reveal().isascii()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ann@example.org", "a•••@example.org"),
        ("a@example.org", "a•••@example.org"),
        ("ANN@example.org", "a•••@example.org"),
        ("Ann@Example.ORG", "a•••@example.org"),
        ("ann@MÜNCHEN.example", "a•••@münchen.example"),
        ("ann@xn--mnchen-3ya.example", "a•••@münchen.example"),
    ],
)
def test_a_mask_shows_the_first_letter_and_where_it_is(typed: str, shown: str) -> None:
    reading = read_email(typed)

    assert isinstance(reading, Contact)
    assert reading.masked == reread(ContactKind.EMAIL, typed).masked == shown


@given(some.from_regex(r"\A[a-z0-9.+-]{1,20}@example\.org\Z"))
def test_a_mask_never_shows_more_than_the_first_letter(typed: str) -> None:
    name = reread(ContactKind.EMAIL, typed).masked.partition("@")[0]

    assert name in {HIDDEN, f"{typed[0]}•••"}


def test_an_address_does_not_print() -> None:
    assert "ann" not in repr(read_email("ann@example.org")).replace("a•••", "")
