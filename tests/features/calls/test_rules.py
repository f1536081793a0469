"""What a call is known by, and from where it comes."""

from uuid import uuid4

import pytest

from watchword.features.calls.rules import Door, named_by, number_of
from watchword.foundation.ids import OrganisationId


@pytest.mark.parametrize(
    "said",
    [
        *(None, "", "anonymous", "Anonymous", "UNKNOWN", "Restricted", "private"),
        *("sip:anonymous@anonymous.invalid", "+266696687", "266696687", "two words", "1" * 101),
    ],
)
def test_whoever_hides_their_number_has_none_and_shares_it_with_nobody(said: str | None) -> None:
    assert number_of(said) is None


@pytest.mark.parametrize("said", ["+15551230100", "1001", "sip:ada@bank.example"])
def test_a_number_is_taken_as_it_is_said(said: str) -> None:
    number = number_of(said)

    assert number is not None
    assert number.reveal() == said


def test_a_platforms_name_for_a_call_is_one_call_of_one_organisation_at_one_door() -> None:
    ours, others = OrganisationId(uuid4()), OrganisationId(uuid4())

    assert named_by(ours, Door.TWIML, "CA1") == named_by(ours, Door.TWIML, "CA1")
    assert (
        len(
            {
                named_by(ours, Door.TWIML, "CA1"),
                named_by(ours, Door.TWIML, "CA2"),
                named_by(ours, Door.VOICEXML, "CA1"),
                named_by(others, Door.TWIML, "CA1"),
            }
        )
        == 4
    )
