"""What mail servers answer, read by the table that the manual shows."""

import pytest
from aiosmtplib import SMTPResponse
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.email.test_smtp import LETTER, TAKEN
from tests.providers.channels.messages import NOW
from watchword.features.delivery.rules import (
    Accepted,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.providers.channels.answers import Answer, Meaning
from watchword.providers.channels.email.mail import Mail, compose
from watchword.providers.channels.email.smtp import ANSWERS, meaning_of, read_reply, read_sender

MEANT = {
    Meaning.TAKEN: Accepted,
    Meaning.PERMANENT: Refused,
    Meaning.TEMPORARY: Unavailable,
    Meaning.RECIPIENT: Unavailable,
    Meaning.UNCLEAR: Uncertain,
}


def mail() -> Mail:
    made = compose(LETTER, read_sender("codes@bank.example"), NOW)
    assert isinstance(made, Mail)
    return made


def read(code: int, words: str = "", *, is_content_out: bool = True) -> SendOutcome:
    return read_reply(SMTPResponse(code, words), mail(), is_content_out=is_content_out)


@pytest.mark.parametrize("said", ANSWERS)
def test_each_row_of_the_table_is_what_is_read(said: str) -> None:
    word, _, stage = said.removeprefix("SMTP ").partition(" at ")
    code, status = (int(word.replace("x", "9")), "") if "." not in word else (word[0] + "99", word)
    reply = SMTPResponse(int(code), f"{status} who knows")

    outcome = read_reply(reply, mail(), is_content_out=True, is_to_recipient=stage == "RCPT")

    meaning = ANSWERS[said].meaning
    assert isinstance(outcome, MEANT[meaning])
    if isinstance(outcome, Unavailable):
        assert outcome.recipient == (meaning is Meaning.RECIPIENT)


@pytest.mark.parametrize(
    ("code", "words", "answer"),
    [
        (550, "no", Answer(Meaning.PERMANENT, "SMTP 550")),
        (550, "5.1.1 no", Answer(Meaning.PERMANENT, "SMTP 5.1.1")),
        (550, "5.1.1", Answer(Meaning.PERMANENT, "SMTP 5.1.1")),
        (550, "5.1.1\nno", Answer(Meaning.PERMANENT, "SMTP 5.1.1")),
        (550, "5.7.26 no", Answer(Meaning.TEMPORARY, "sender refused")),
        (535, "5.7.1 no", Answer(Meaning.TEMPORARY, "authentication refused")),
        (535, "5.7.26 no", Answer(Meaning.TEMPORARY, "authentication refused")),
        (521, "5.1.1 no", Answer(Meaning.TEMPORARY, "SMTP 521")),
        (451, "4.7.26 later", Answer(Meaning.TEMPORARY, "SMTP 4.7.26")),
        (450, "5.1.1 contradicts itself", Answer(Meaning.TEMPORARY, "SMTP 450")),
        (550, "4.7.1 likewise", Answer(Meaning.PERMANENT, "SMTP 550")),
        (550, "5.1.1.2 is an address", Answer(Meaning.PERMANENT, "SMTP 550")),
        (550, "5.1.1@example.org", Answer(Meaning.PERMANENT, "SMTP 550")),
        (550, "no 5.7.26", Answer(Meaning.PERMANENT, "SMTP 550")),
        (250, "2.0.0 taken", Answer(Meaning.TAKEN, "taken")),
        (354, "go on", Answer(Meaning.UNCLEAR, "reply not understood")),
        (700, "", Answer(Meaning.UNCLEAR, "reply not understood")),
    ],
)
def test_a_number_that_says_enough_goes_before_a_status_and_that_before_its_family(
    code: int, words: str, answer: Answer
) -> None:
    assert meaning_of(SMTPResponse(code, words)) == answer


@given(some.integers(-1, 999), some.text())
def test_what_has_not_left_us_was_surely_not_taken(code: int, words: str) -> None:
    outcome = read(code, words, is_content_out=False)

    assert isinstance(outcome, Refused | Unavailable)


@given(some.integers(-1, 999), some.text())
def test_only_a_clear_no_or_yes_is_believed_once_it_has_left_us(code: int, words: str) -> None:
    outcome = read(code, words)

    assert (outcome == TAKEN) == (code // 100 == 2)
    assert isinstance(outcome, Uncertain) == (code // 100 not in {2, 4, 5})


@given(some.integers(-1, 999), some.from_regex(r"[245]\.[0-9]+\.[0-9]+ .*"), some.booleans())
def test_a_reason_quotes_no_words(code: int, words: str, out: bool) -> None:  # noqa: FBT001
    outcome = read(code, f"{words} Jo.Doe@example.org", is_content_out=out)

    if not isinstance(outcome, Accepted):
        assert "Jo" not in outcome.reason
        assert len(outcome.reason) <= len("authentication refused")
