"""What browsers say they are, in two words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.web.console.browsers import BROWSERS, SYSTEMS, UNKNOWN, in_two_words

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
MOBILE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox, Linux",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/140.0.0.0 Safari/537.36", "Chrome, Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {MOBILE} Version/18.0 Safari/605.1",
            "Safari, macOS",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {MOBILE} Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {KIT} Chrome/140.0 Mobile", "Chrome, Android"),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S91) {KIT} SamsungBrowser/25 Chrome/1 Safari/1",
            "Samsung Internet, Android",
        ),
        (f"Mozilla/5.0 (iPad; CPU OS 17_5) {MOBILE} CriOS/126.0 Safari/604.1", "Chrome, iPad"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/140 Safari/1", "Chrome, ChromeOS"),
        ("curl/8.5.0", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_known_by_its_name_and_its_system(user_agent: str, words: str) -> None:
    assert in_two_words(user_agent) == words


@given(st.text())
def test_nothing_that_a_stranger_writes_is_repeated(user_agent: str) -> None:
    known = {UNKNOWN} | {name for _, name in (*BROWSERS, *SYSTEMS)}

    assert {*in_two_words(user_agent).split(", ")} <= known
