"""When a request is the same one again."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from watchword.features.idempotency.rules import KEY, Worded, once, reread, written


@dataclass(frozen=True)
class Done:
    word: ClassVar = "done"

    id: UUID
    note: str | None = None


@dataclass(frozen=True)
class Refused:
    word: ClassVar = "refused"

    because: str


KINDS = (Done, Refused)
names = some.tuples(some.text(max_size=4), some.text(max_size=4), some.text(max_size=4))


@given(names, names)
@example(("a", "b", "c"), ("ab", "", "c"))
def test_a_request_is_known_by_its_key_its_client_and_its_route_together(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    ones, others = (
        once(key, client=client, route=route, body=b"") for key, client, route in (one, other)
    )

    assert (ones.key == others.key) == (one == other)


@given(some.binary(), some.binary())
def test_what_it_asked_for_is_known_by_its_digest(one: bytes, other: bytes) -> None:
    ones, others = (once("k", client="c", route="r", body=body) for body in (one, other))

    assert ones.key == others.key
    assert (ones.body == others.body) == (one == other)
    assert len(ones.body) == 32


@pytest.mark.parametrize("outcome", [Done(UUID(int=7)), Done(UUID(int=7), "x"), Refused("late")])
def test_an_outcome_comes_back_as_it_was_and_as_what_it_was(outcome: Worded) -> None:
    assert reread(written(outcome), KINDS) == outcome


@pytest.mark.parametrize("key", ["a", "0" * 128, str(UUID(int=7)), "!~"])
def test_a_key_may_be(key: str) -> None:
    assert KEY.fullmatch(key)


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "é", "0" * 129, "a\0"])
def test_a_key_may_not_be(key: str) -> None:
    assert not KEY.fullmatch(key)
