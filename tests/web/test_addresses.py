"""Whom a request is from, whatever it says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.web.addresses import client_address

PEER = "203.0.113.9"


@given(some.lists(some.text(max_size=30), max_size=4))
def test_where_no_proxy_of_ours_stands_in_front_nothing_said_is_believed(said: list[str]) -> None:
    assert client_address(PEER, said, 0) == PEER


@pytest.mark.parametrize(
    ("said", "hops", "address"),
    [
        (["198.51.100.1"], 1, "198.51.100.1"),
        (["made up, 198.51.100.1"], 1, "198.51.100.1"),
        (["made up", "198.51.100.1"], 1, "198.51.100.1"),
        (["made up, 198.51.100.1, 10.0.0.2"], 2, "198.51.100.1"),
        (["10.0.0.2"], 2, PEER),
        ([], 1, PEER),
        ([" "], 1, PEER),
    ],
)
def test_of_what_proxies_say_the_last_is_believed(said: list[str], hops: int, address: str) -> None:
    assert client_address(PEER, said, hops) == address


@given(some.lists(some.text("0123456789., ", max_size=20), max_size=4))
def test_what_a_client_puts_before_changes_nothing(made_up: list[str]) -> None:
    assert client_address(PEER, [*made_up, "198.51.100.1"], 1) == "198.51.100.1"
