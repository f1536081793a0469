"""The accounts that organisations cross over from."""

from typing import Any

import pytest

from watchword.foundation.secret import Secret
from watchword.settings import SettingsWrong, parse

ACCOUNT = "AC" + "a" * 32
GOOD = {"account_sid": ACCOUNT, "auth_token": "s3cret"}


def with_original(slug: str = "sonnenhof", **more: object) -> dict[str, Any]:
    return {"originals": {slug: {**GOOD, **more}}}


def test_an_account_is_named_for_an_organisation() -> None:
    chosen = parse(with_original()).originals["sonnenhof"]

    assert chosen.base_url == "https://verify.twilio.com"
    assert isinstance(chosen.auth_token, Secret)
    assert "s3cret" not in repr(chosen)


def test_a_key_of_the_account_does_too() -> None:
    assert parse(with_original(account_sid="SK" + "1" * 32)).originals


@pytest.mark.parametrize(
    ("slug", "more", "said"),
    [
        ("Sonnenhof!", {}, "short name"),
        ("sonnenhof", {"account_sid": "4711"}, "account_sid"),
        ("sonnenhof", {"auth_token": ""}, "auth_token"),
        ("sonnenhof", {"base_url": "http://verify.example.org"}, "https://"),
        ("sonnenhof", {"timeout_seconds": 0}, "timeout_seconds"),
        ("sonnenhof", {"timeout_seconds": 21}, "timeout_seconds"),
        ("sonnenhof", {"share": 10}, "share"),
    ],
)
def test_what_cannot_be_right_is_refused_at_the_start(
    slug: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse(with_original(slug, **more))
