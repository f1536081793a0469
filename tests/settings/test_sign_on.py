"""The identity providers that an operator names."""

from typing import Any

import pytest

from watchword.foundation.secret import Secret
from watchword.settings import SettingsWrong, parse

GOOD = {"issuer": "https://id.example.org", "client_id": "watchword", "client_secret": "s3cret"}


def with_sso(slug: str = "sonnenhof", **more: object) -> dict[str, Any]:
    return {"sso": {slug: {**GOOD, **more}}}


def test_a_provider_is_named_for_an_organisation() -> None:
    chosen = parse(with_sso(domains=["example.org"])).sso["sonnenhof"]

    assert chosen.issuer == "https://id.example.org"
    assert isinstance(chosen.client_secret, Secret)
    assert "s3cret" not in repr(chosen)


def test_a_provider_on_this_machine_may_do_without_tls() -> None:
    assert parse(with_sso(issuer="http://127.0.0.1:8080/realms/demo")).sso


@pytest.mark.parametrize(
    ("slug", "more", "said"),
    [
        ("Sonnenhof!", {}, "short name"),
        ("sonnenhof", {"issuer": "http://id.example.org"}, "https://"),
        ("sonnenhof", {"client_secret": ""}, "client_secret"),
        ("sonnenhof", {"timeout_seconds": 0}, "timeout_seconds"),
        ("sonnenhof", {"timeout_seconds": 21}, "timeout_seconds"),
        ("sonnenhof", {"domains": ["@example.org"]}, "domains"),
        ("sonnenhof", {"scope": "openid"}, "scope"),
    ],
)
def test_what_cannot_be_right_is_refused_at_the_start(
    slug: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsWrong, match=said):
        parse(with_sso(slug, **more))
