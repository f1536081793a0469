"""How a file that was brought ends: what is said of it is what was taken in of it."""

import pytest

from tests.stores import NOON
from watchword.features.imports.columns import Column, Plan
from watchword.features.imports.reading import Dialect
from watchword.features.imports.rules import Progress
from watchword.features.imports.uploads.rules import Import, ImportId, State, dropped
from watchword.foundation.ids import new_id

SO_FAR = Progress(read=5, kept=2, known=1, refused=2, verified=1, agreed=1)


@pytest.mark.parametrize("state", [State.CHECKING, State.CHECKED])
def test_of_a_trial_that_is_thrown_away_nothing_was_taken_in(state: State) -> None:
    after = dropped(job(state), NOON)

    assert isinstance(after, Import)
    assert after.progress == Progress(read=5, known=1, refused=2)


def test_what_was_taken_in_before_a_file_was_thrown_away_is_still_counted() -> None:
    after = dropped(job(State.RUNNING), NOON)

    assert isinstance(after, Import)
    assert after.progress == SO_FAR


def job(state: State) -> Import:
    return Import(
        id=ImportId(new_id()),
        state=state,
        plan=Plan((Column.FAMILY_NAME,)),
        dialect=Dialect(),
        size=100,
        progress=SO_FAR,
        started_by="test",
        started_at=NOON,
        touched_at=NOON,
    )
