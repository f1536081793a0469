"""A receiver that follows Standard Webhooks takes what is ours, and nothing else.

The receiver here is the published library, `standardwebhooks`.
"""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from watchword.features.webhooks.events import EventId
from watchword.features.webhooks.signing import (
    Secrets,
    packed,
    rotated,
    signed,
    unpacked,
    written,
)
from watchword.foundation.storage.moments import LocalTime

ID = EventId(UUID(int=7))
OLD, NEW, NEWER = b"o" * 32, b"n" * 32, b"m" * 32
BODY = b'{"type":"webhook.test","timestamp":"2030-01-01T12:00:00Z","data":{}}'
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def now() -> datetime:
    """The library looks at the clock itself, so these tests do too."""
    return LocalTime().now()


def takes(secret: bytes, headers: dict[str, str], body: bytes = BODY) -> bool:
    try:
        Webhook(written(secret).reveal()).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def headers(secrets: Secrets, at: datetime | None = None, body: bytes = BODY) -> dict[str, str]:
    return dict(signed(secrets, ID, body, at or now()))


def test_the_published_library_takes_what_is_signed() -> None:
    assert takes(NEW, headers(Secrets(newest=NEW)))


def test_it_takes_nothing_that_was_changed_on_the_way() -> None:
    good = headers(Secrets(newest=NEW))

    assert not takes(NEW, good, BODY.replace(b"{}", b'{"a":1}'))
    assert not takes(NEW, good | {"webhook-id": "msg_other"})
    later = str(int(good["webhook-timestamp"]) + 1)
    assert not takes(NEW, good | {"webhook-timestamp": later})
    assert not takes(OLD, good)


def test_during_a_rotation_both_secrets_are_good() -> None:
    both = headers(rotated(Secrets(newest=OLD), NEW, DAY, now()))

    assert len(both["webhook-signature"].split(" ")) == 2
    assert takes(OLD, both)
    assert takes(NEW, both)


def test_after_the_overlap_only_the_new_one_is() -> None:
    secrets = rotated(Secrets(newest=OLD), NEW, DAY, now() - DAY)

    assert not takes(OLD, headers(secrets))
    assert takes(NEW, headers(secrets))


def test_the_overlap_ends_at_its_very_moment() -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    secrets = rotated(Secrets(newest=OLD), NEW, DAY, start)

    last = headers(secrets, start + DAY - SECOND)["webhook-signature"]
    assert [
        len(last.split(" ")),
        len(headers(secrets, start + DAY)["webhook-signature"].split()),
    ] == [2, 1]


def test_two_rotations_leave_two_secrets() -> None:
    twice = rotated(rotated(Secrets(newest=OLD), NEW, DAY, now()), NEWER, DAY, now())

    assert [takes(secret, headers(twice)) for secret in (OLD, NEW, NEWER)] == [False, True, True]


def test_an_overlap_of_nothing_ends_the_old_secret_at_once() -> None:
    secrets = rotated(Secrets(newest=OLD), NEW, timedelta(), now())

    assert not takes(OLD, headers(secrets))


def test_each_attempt_has_its_own_time_and_signature_and_the_same_id() -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    first, second = (headers(Secrets(newest=NEW), at) for at in (start, start + SECOND))

    assert first["webhook-id"] == second["webhook-id"] == f"msg_{ID.hex}"
    assert first["webhook-timestamp"] == "1893456000"
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_a_secret_is_written_as_the_standard_wants_it() -> None:
    secret = written(NEW).reveal()

    assert secret.startswith("whsec_")
    assert base64.b64decode(secret.removeprefix("whsec_"), validate=True) == NEW


def test_secrets_do_not_show_themselves() -> None:
    assert "nnnn" not in repr(rotated(Secrets(newest=NEW), NEW, DAY, now()))


@pytest.mark.parametrize("old", [None, OLD])
def test_secrets_are_the_same_after_they_rested(old: bytes | None) -> None:
    until = None if old is None else datetime(2030, 1, 1, 12, 0, 0, 7, tzinfo=UTC)
    secrets = Secrets(newest=NEW, old=old, old_until=until)

    assert unpacked(packed(secrets)) == secrets


@given(some.binary(min_size=24, max_size=64), some.text(max_size=200))
def test_whatever_the_secret_and_the_words_the_library_takes_it(secret: bytes, said: str) -> None:
    body = ('{"said": "' + said.encode("unicode_escape").hex() + '"}').encode()

    assert takes(secret, headers(Secrets(newest=secret), body=body), body)
