"""What somebody changed in a profile, field by field."""

from dataclasses import fields, replace

import pytest

from tests.features.activation.profiles.samples import ACCEPTED, ANOTHER_ID, FIRST, USUAL
from watchword.features.activation.profiles.rules import Process, Terms
from watchword.features.activation.profiles.versions import Difference, differences
from watchword.features.activation.questions import Asked, Part, Question
from watchword.features.activation.scenarios import Scenario

LICENCE = Asked(Question.DRIVING_LICENCE, part=Part.DIGITS)


def changed(terms: Terms, **changes: object) -> list[Difference]:
    return [*differences(terms, replace(terms, **changes))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "changes", "found"),
    [
        (USUAL, {}, []),
        (
            USUAL,
            {"name": "Line"},
            [Difference(where="name", came=("Line",), went=("Members",))],
        ),
        (
            FIRST,
            {"questions": (*FIRST.questions[1:2], *FIRST.questions[:1], LICENCE)},
            [
                Difference(
                    where="questions", came=("driving_licence",), went=("code",), is_reordered=True
                )
            ],
        ),
        (
            FIRST,
            {"unchanged_days": 60, "risk": ACCEPTED},
            [
                Difference(where="unchanged_days", came=("60",), went=("30",)),
                Difference(where="risk", came=(ACCEPTED.reason,)),
            ],
        ),
        (
            USUAL,
            {"levels": USUAL.levels[:1]},
            [Difference(where="levels.2", went=("birth_date",))],
        ),
    ],
)
def test_it_is_said_what_came_and_what_went(
    terms: Terms, changes: dict[str, object], found: list[Difference]
) -> None:
    assert changed(terms, **changes) == found


def test_options_of_a_question_are_a_change_too() -> None:
    before = replace(FIRST, questions=(LICENCE,))

    found = changed(before, questions=(replace(LICENCE, part=Part.WHOLE),))

    assert found == [Difference(where="questions", is_reordered=True)]


def test_options_of_a_question_are_told_beside_what_came() -> None:
    before = replace(FIRST, questions=(LICENCE,))
    whole = replace(LICENCE, part=Part.WHOLE)

    found = changed(before, questions=(whole, Asked(Question.ZIP)))

    assert found == [Difference(where="questions", came=("zip",), is_reordered=True)]


def test_what_is_done_about_pins_is_told_by_its_parts() -> None:
    force = Process(profile_id=ANOTHER_ID, scenarios=(Scenario.LENGTH, Scenario.EXPIRED))

    found = changed(USUAL, force=force)

    assert found == [
        Difference(where="force.is_active", went=("True",)),
        Difference(
            where="force.scenarios",
            came=("pin_expired",),
            went=("pin_sequential", "staff_required"),
        ),
    ]


def test_no_part_of_a_profile_is_passed_over() -> None:
    other: dict[str, object] = {
        "name": "Line",
        "levels": (),
        "activation": Process(),
        "force": Process(),
        "questions": (LICENCE,),
        "unchanged_days": 7,
        "risk": ACCEPTED,
    }

    assert {each.name for each in fields(Terms)} == {*other, "kind"}, "a kind never changes"
    assert [name for name in other if not changed(USUAL, **{name: other[name]})] == []
