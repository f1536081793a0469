"""What may be set about metrics and traces: nothing that opens a door by accident."""

from typing import Any

import pytest

from watchword.settings import SettingsWrong, parse, place_of

TOKEN = "sixteen characters"  # noqa: S105 - of a test


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"listen": "127.0.0.1:9464"},
        {"listen": "[::1]:9464"},
        {"listen": "localhost:9464"},
        {"listen": "0.0.0.0:9464", "token": TOKEN},
        {"token": TOKEN},
    ],
)
def test_figures_are_shown_here_or_to_whoever_has_the_token(given: dict[str, Any]) -> None:
    parse({"metrics": given})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"listen": "0.0.0.0:9464"}, "open to others"),
        ({"listen": "[::]:9464"}, "open to others"),
        ({"listen": "10.0.0.7:9464"}, "open to others"),
        ({"listen": "metrics.example.org:9464"}, "open to others"),
        ({"listen": "9464"}, "an address and a port"),
        ({"listen": "127.0.0.1:99999"}, "an address and a port"),
        ({"listen": "127.0.0.1:9464/metrics"}, "an address and a port"),
        ({"token": "short"}, "16 characters"),
    ],
)
def test_nothing_is_opened_by_accident(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse({"metrics": given})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"endpoint": "collector:4318"}, "whole address"),
        ({"endpoint": "http://user:secret@collector:4318"}, "user or password"),
        ({"ratio": 0}, "more than 0"),
        ({"ratio": 1.5}, "at most 1"),
    ],
)
def test_what_is_wrong_about_traces_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse({"tracing": given})


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("127.0.0.1:0", ("127.0.0.1", 0)),
        ("[::1]:9464", ("::1", 9464)),
        ("host:1\n", None),
        (":9464", None),
    ],
)
def test_a_place_is_an_address_and_a_port(written: str, place: tuple[str, int] | None) -> None:
    assert place_of(written) == place
