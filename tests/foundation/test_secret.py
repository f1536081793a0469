"""What must not be seen by accident is not."""

import copy
import traceback
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.secret import Secret, reveal_if_any, secret_if_any

CODE = Secret("123456")


@dataclass
class Letter:
    code: Secret


@pytest.mark.parametrize(
    "shown",
    [f"{CODE}", f"{CODE!r}", str([CODE]), "%s" % CODE, repr(Letter(CODE))],  # noqa: UP031
)
def test_a_secret_does_not_print(shown: str) -> None:
    assert "123456" not in shown
    assert "Secret(…)" in shown


def test_a_secret_is_not_written_into_json() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(CODE)


def test_a_secret_is_not_in_a_traceback() -> None:
    def fail(secret: Secret) -> None:
        raise ValueError(secret)

    with pytest.raises(ValueError, match="Secret") as caught:
        fail(CODE)

    assert "123456" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_shows_itself_to_who_asks_and_its_copy_does_too() -> None:
    assert CODE.reveal() == copy.copy(CODE).reveal() == "123456"


@given(some.none() | some.text())
def test_nothing_is_no_secret(content: str | None) -> None:
    assert reveal_if_any(secret_if_any(content)) == content


@given(some.text(), some.text())
def test_secrets_are_equal_when_what_they_hide_is(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) == (one == other)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))


def test_a_secret_is_never_equal_to_what_it_hides() -> None:
    assert Secret("123456") != "123456"


def test_halves_of_characters_are_compared_like_any_others() -> None:
    assert Secret("\ud800") == Secret("\ud800")
    assert Secret("\ud800") != Secret("\udc00")
