"""What a token must say before anybody is let in, and what a sign-on is tied to."""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.contacts.rules import Contact
from watchword.features.staff.sign_on.rules import (
    CLOCKS_DIFFER,
    OLDEST_TOKEN,
    Because,
    Expected,
    Refused,
    attempt_of,
    is_answer_to,
    judge_claims,
)
from watchword.foundation.secret import Secret

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
EXPECTED = Expected(issuer="https://id.example.org", client_id="watchword")
GOOD: dict[str, Any] = {
    "iss": EXPECTED.issuer,
    "aud": EXPECTED.client_id,
    "sub": "person-7",
    "iat": NOW.timestamp(),
    "exp": (NOW + timedelta(minutes=5)).timestamp(),
    "nonce": "n-once",
    "email": "Ann@Example.org",
    "email_verified": True,
}


def judged(expected: Expected = EXPECTED, **claims: object) -> Contact | Refused:
    said = {name: value for name, value in {**GOOD, **claims}.items() if value is not ...}
    return judge_claims(said, expected, "n-once", NOW)


def test_a_token_that_says_what_it_must_names_somebody() -> None:
    contact = judged()

    assert isinstance(contact, Contact)
    assert contact.canonical.reveal() == "ann@example.org"


later = (NOW + CLOCKS_DIFFER).timestamp()
WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.example.com"},
    "an issuer with a slash": {"iss": EXPECTED.issuer + "/"},
    "no issuer": {"iss": ...},
    "another audience": {"aud": "other"},
    "no audience": {"aud": ...},
    "an empty audience": {"aud": []},
    "an audience that is a part of the name": {"aud": "watch"},
    "two audiences and nobody who asked": {"aud": ["watchword", "other"]},
    "asked by somebody else": {"aud": ["watchword", "other"], "azp": "other"},
    "asked by somebody else for us": {"azp": "other"},
    "another nonce": {"nonce": "n-twice"},
    "no nonce": {"nonce": ...},
    "a nonce of another kind": {"nonce": 7},
    "expired": {"exp": (NOW - CLOCKS_DIFFER).timestamp()},
    "no end": {"exp": ...},
    "an end that is text": {"exp": "tomorrow"},
    "an end that is a truth": {"exp": True},
    "from the future": {"iat": later},
    "from yesterday": {"iat": (NOW - OLDEST_TOKEN - CLOCKS_DIFFER).timestamp()},
    "without a beginning": {"iat": ...},
    "not yet": {"nbf": later},
    "nobody": {"sub": ...},
    "an empty name": {"sub": ""},
    "an endless name": {"sub": "x" * 400},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_what_is_not_for_us_now_from_there_is_not_genuine(claims: dict[str, Any]) -> None:
    assert judged(**claims) == Refused(Because.NOT_GENUINE)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": (NOW - CLOCKS_DIFFER / 2).timestamp()},
        {"iat": (NOW + CLOCKS_DIFFER / 2).timestamp()},
        {"aud": ["watchword"]},
        {"aud": ["watchword", "other"], "azp": "watchword"},
        {"email_verified": "true"},
        {"nbf": NOW.timestamp()},
    ],
    ids=str,
)
def test_clocks_may_differ_a_little_and_lists_may_have_one_entry(claims: dict[str, Any]) -> None:
    assert isinstance(judged(**claims), Contact)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": ...},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": 1},
        {"email_verified": [True]},
        {"email": ...},
        {"email": 7},
        {"email": "ann"},
        {"email": "a" * 400 + "@example.org"},
    ],
    ids=str,
)
def test_an_address_that_nobody_vouches_for_names_nobody(claims: dict[str, Any]) -> None:
    assert judged(**claims) == Refused(Because.NO_ADDRESS)


def test_addresses_of_other_domains_are_kept_out() -> None:
    ours = Expected(issuer=EXPECTED.issuer, client_id="watchword", domains=("Example.ORG",))

    assert isinstance(judged(ours), Contact)
    for email in ("ann@example.com", "ann@sub.example.org", "ann@notexample.org"):
        assert judged(ours, email=email) == Refused(Because.OTHER_DOMAIN)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_no_other_value_of_any_claim_breaks_the_judge(name: str, value: object) -> None:
    outcome = judge_claims({**GOOD, name: value}, EXPECTED, "n-once", NOW)

    assert isinstance(outcome, Contact | Refused)


def test_what_a_sign_on_is_tied_to_follows_from_the_ticket_alone() -> None:
    ticket = Secret(secrets.token_urlsafe(32))
    one, again, other = attempt_of(ticket), attempt_of(ticket), attempt_of(Secret("other"))

    assert one == again
    assert len({one.state, one.nonce, one.verifier, ticket.reveal()}) == 4
    assert not {one.state, one.nonce, one.verifier} & {other.state, other.nonce, other.verifier}
    assert is_answer_to(one, one.state)
    assert not is_answer_to(one, other.state)
    assert not is_answer_to(one, "")
    assert not is_answer_to(one, "ü")


def test_the_verifier_is_long_enough_and_its_digest_is_what_is_shown() -> None:
    attempt = attempt_of(Secret("ticket"))
    digest = hashlib.sha256(attempt.verifier.encode()).digest()

    assert 43 <= len(attempt.verifier) <= 128
    assert base64.urlsafe_b64decode(attempt.challenge + "=") == digest
    assert attempt.verifier not in repr(attempt)
