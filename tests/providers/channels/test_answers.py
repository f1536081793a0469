"""How a table of answers is read: the most telling word first, and the status last."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.delivery.rules import (
    Accepted,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.providers.channels.answers import (
    ANY_HTTP,
    Answer,
    Answers,
    Meaning,
    look_up,
    outcome,
)

ANSWERS: Answers = {
    "HTTP 402": Answer(Meaning.TEMPORARY, "no credit"),
    "HTTP 429": Answer(Meaning.TEMPORARY, "throttled"),
    "Carrier 7": Answer(Meaning.TEMPORARY, "Carrier 7"),
    "Carrier 8": Answer(Meaning.PERMANENT, "no such number"),
}


@pytest.mark.parametrize(
    ("status", "said", "answer"),
    [
        (200, [], Answer(Meaning.TAKEN, "taken")),
        (302, [], Answer(Meaning.PERMANENT, "redirect")),
        (401, [], Answer(Meaning.TEMPORARY, "authentication refused")),
        (402, [], Answer(Meaning.TEMPORARY, "no credit")),
        (429, [], Answer(Meaning.TEMPORARY, "throttled")),
        (422, [], Answer(Meaning.PERMANENT, "HTTP 422")),
        (502, [], Answer(Meaning.UNCLEAR, "HTTP 502")),
        (700, [], Answer(Meaning.UNCLEAR, "HTTP 700")),
        (400, ["Carrier 7"], Answer(Meaning.TEMPORARY, "Carrier 7")),
        (402, ["Carrier 8"], Answer(Meaning.PERMANENT, "no such number")),
        (402, ["Carrier 9"], Answer(Meaning.TEMPORARY, "no credit")),
        (400, ["Carrier 9"], Answer(Meaning.PERMANENT, "Carrier 9")),
        (302, ["Carrier 9"], Answer(Meaning.PERMANENT, "redirect")),
        (400, ["Carrier 9", "Carrier 7"], Answer(Meaning.TEMPORARY, "Carrier 7")),
    ],
)
def test_the_most_telling_word_decides(status: int, said: list[str], answer: Answer) -> None:
    assert look_up(ANSWERS, status, *said) == answer


def test_a_provider_may_mean_something_else_by_a_status_than_others() -> None:
    answers = {"HTTP 503": Answer(Meaning.UNCLEAR, "HTTP 503")}

    assert look_up(answers, 503).meaning is Meaning.UNCLEAR
    assert look_up({}, 503).meaning is Meaning.TEMPORARY


@given(some.integers(0, 9999))
def test_whatever_is_not_known_to_be_untaken_is_not_sent_again(status: int) -> None:
    answer = look_up({}, status)

    if f"HTTP {status}" not in ANY_HTTP and status // 100 not in (2, 3, 4):
        assert answer == Answer(Meaning.UNCLEAR, f"HTTP {status}")


@pytest.mark.parametrize(
    ("meaning", "became"),
    [
        (Meaning.TAKEN, Accepted("m-1")),
        (Meaning.PERMANENT, Refused("word")),
        (Meaning.TEMPORARY, Unavailable("word", timedelta(seconds=7))),
        (Meaning.UNCLEAR, Uncertain("word")),
    ],
)
def test_each_meaning_is_an_outcome(meaning: Meaning, became: SendOutcome) -> None:
    pause = timedelta(seconds=7)

    assert outcome(Answer(meaning, "word"), reference="m-1", retry_after=pause) == became
