"""What an API key looks like, and what it opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import BANK
from watchword.features.clients.rules import (
    OVERLAP_AT_MOST,
    AlreadyRevoked,
    ApiKey,
    ApiKeyId,
    Client,
    Missing,
    OverlapTooLong,
    Scope,
    Unknown,
    admit,
    fingerprint,
    is_good,
    read_overlap,
    revoke,
    start_of,
    usual_scopes,
    write_key,
)
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(hours=1)

KEY = ApiKey(
    id=ApiKeyId(UUID(int=7)),
    label="shop",
    start="ww_test_0123",
    fingerprint=b"print",
    scopes=frozenset({Scope.CHALLENGES_WRITE}),
    created_at=NOON,
)
CLIENT = Client(
    key=KEY,
    organisation=Organisation(
        id=BANK,
        slug="bank",
        name="Bank",
        mode=Mode.TEST,
        country="DE",
        locale="de",
        created_at=NOON,
    ),
)

randoms = some.binary(min_size=32, max_size=32)

CHALLENGES = {Scope.CHALLENGES_WRITE, Scope.CHALLENGES_READ}
SANDBOX = {Scope.SANDBOX_WRITE, Scope.SANDBOX_READ}


class TestAKey:
    @pytest.mark.parametrize(("mode", "start"), [(Mode.TEST, "ww_test_"), (Mode.LIVE, "ww_live_")])
    def test_says_where_it_belongs_and_is_otherwise_random(self, mode: Mode, start: str) -> None:
        key = write_key(mode, bytes(range(32))).reveal()

        assert key == start + bytes(range(32)).hex()
        assert start_of(write_key(mode, bytes(range(32)))) == start + "0001"

    def test_is_revoked_once(self) -> None:
        revoked = revoke(KEY, NOON)

        assert revoked == replace(KEY, revoked_at=NOON)
        assert revoke(revoked, SOON) == AlreadyRevoked(NOON)

    @pytest.mark.parametrize(
        ("mode", "scopes"),
        [
            (Mode.TEST, CHALLENGES | SANDBOX),
            (Mode.LIVE, CHALLENGES),
        ],
    )
    def test_opens_a_sandbox_only_where_there_is_one_and_no_door_wider(
        self, mode: Mode, scopes: set[Scope]
    ) -> None:
        assert usual_scopes(mode) == scopes

    def test_does_not_print(self) -> None:
        assert "ww_" not in repr(write_key(Mode.TEST, bytes(32)))

    @given(randoms, randoms)
    def test_is_known_by_a_fingerprint_that_no_other_has(self, one: bytes, other: bytes) -> None:
        prints = [fingerprint(write_key(Mode.TEST, random)) for random in (one, other)]

        assert (prints[0] == prints[1]) == (one == other)
        assert one not in prints[0]

    @given(some.text(some.characters(codec="utf-8")))
    def test_may_be_anything_to_who_makes_one_up(self, key: str) -> None:
        assert len(fingerprint(Secret(key))) == 32

    @pytest.mark.parametrize(
        ("expires_at", "revoked_at", "good"),
        [
            (None, None, True),
            (SOON, None, True),
            (NOON, None, False),
            (NOON - timedelta(seconds=1), None, False),
            (None, NOON, False),
            (None, SOON, False),
            (SOON, NOON, False),
        ],
    )
    def test_is_good_until_it_runs_out_or_is_revoked(
        self, expires_at: datetime | None, revoked_at: datetime | None, *, good: bool
    ) -> None:
        key = replace(KEY, expires_at=expires_at, revoked_at=revoked_at)

        assert is_good(key, NOON) is good


class TestAnOverlap:
    @pytest.mark.parametrize("span", [timedelta(), timedelta(hours=2), OVERLAP_AT_MOST])
    def test_may_be(self, span: timedelta) -> None:
        assert read_overlap(span) == span

    def test_may_not_be_longer_than_anybody_keeps_an_eye_on_it(self) -> None:
        assert read_overlap(OVERLAP_AT_MOST + timedelta(seconds=1)) == OverlapTooLong()


class TestAnEntrance:
    def test_opens_to_who_has_the_scope(self) -> None:
        assert admit(CLIENT, Scope.CHALLENGES_WRITE, NOON) == CLIENT

    def test_names_the_scope_that_is_missing(self) -> None:
        assert admit(CLIENT, Scope.SANDBOX_READ, NOON) == Missing(Scope.SANDBOX_READ)

    def test_does_not_tell_an_unknown_key_from_one_that_is_no_good(self) -> None:
        run_out = replace(CLIENT, key=replace(KEY, expires_at=NOON))
        revoked = replace(CLIENT, key=replace(KEY, revoked_at=NOON))

        assert {
            admit(each, Scope.SANDBOX_READ, NOON) for each in (Unknown(), run_out, revoked)
        } == {Unknown()}
