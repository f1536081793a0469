"""A till without a line takes in what it may, once, and remembers it whatever happens to it."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from watchword.client.offline import OfflineTill, OtherBundle, Refused, SettleFirst, Taken, Why
from watchword.client.voucher_shapes import VoucherKey, VoucherKit, VoucherSettlement, VoucherUse
from watchword.client.vouchers import Bundle
from watchword.features.vouchers.tokens import RESTS, Promise, Seeds, to_sign_with
from watchword.foundation.ids import OrganisationId

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHOP, OTHER_SHOP, NORTH, SOUTH = (UUID(int=number) for number in (1, 2, 3, 4))
SEEDS = Seeds({1: (NOON - DAY, b"1" * 32)})
KEY = SEEDS.keys_of(OrganisationId(SHOP))[1]
PROMISE = Promise(
    id=UUID(int=9),
    reward_id=UUID(int=8),
    location_id=NORTH,
    starts_at=NOON,
    ends_at=NOON + 2 * DAY,
    value=500,
    at_least=0,
    currency="EUR",
    pos_discount_id="mug",
)
KIT = VoucherKit(
    organisation_id=SHOP,
    terminal_id=UUID(int=5),
    location_id=NORTH,
    issued_at=NOON,
    ends_at=NOON + DAY,
    count=3,
    value=1_200,
    keys=(VoucherKey(id=KEY.id.hex(), public=base64.b64encode(KEY.public).decode()),),
)


@dataclass
class Clock:
    """The clock of a machine; `steady` is one that nobody sets."""

    now: datetime = NOON
    steady: float = field(default=0.0)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span
        self.steady += span.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def begin(tmp_path: Path, clock: Clock) -> Callable[[], OfflineTill]:
    def begin() -> OfflineTill:
        return OfflineTill(tmp_path / "till.db", now=clock, seconds=lambda: clock.steady)

    return begin


@pytest.fixture
def till(begin: Callable[[], OfflineTill]) -> OfflineTill:
    till = begin()
    till.learn(KIT)
    return till


def shown(**changes: object) -> str:
    return KEY.write(replace(PROMISE, **{"id": uuid4(), **changes})).reveal()  # type: ignore[arg-type]


def why(answer: Taken | Refused) -> Why | None:
    return answer.why if isinstance(answer, Refused) else None


def test_what_is_signed_for_here_and_now_is_taken_once(till: OfflineTill) -> None:
    voucher = shown()

    answer = till.take(voucher)

    assert isinstance(answer, Taken)
    assert answer.promise.pos_discount_id == "mug"
    assert why(till.take(voucher)) is Why.TAKEN_BEFORE
    assert till.waiting == (1, 500)


def test_a_scanner_may_turn_letters_and_add_spaces(till: OfflineTill) -> None:
    voucher = shown()

    assert isinstance(till.take(f" {voucher.lower()}\r\n"), Taken)
    assert why(till.take(voucher)) is Why.TAKEN_BEFORE


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"location_id": SOUTH}, Why.ELSEWHERE),
        ({"starts_at": NOON + HOUR}, Why.NOT_YET),
        ({"ends_at": NOON - timedelta(seconds=1)}, Why.OVER),
        ({"at_least": 100}, Why.BASKET_TOO_SMALL),
        ({"value": 1_201}, Why.FULL),
    ],
)
def test_what_is_not_for_here_and_now_is_refused(
    till: OfflineTill, changes: dict[str, object], because: Why
) -> None:
    assert why(till.take(shown(**changes))) is because
    assert till.waiting == (0, 0)


def test_a_purchase_that_is_large_enough_counts(till: OfflineTill) -> None:
    voucher = shown(at_least=100)

    assert why(till.take(voucher, amount=99)) is Why.BASKET_TOO_SMALL
    assert isinstance(till.take(voucher, amount=100), Taken)


def test_another_organisation_signs_nothing_here(till: OfflineTill) -> None:
    theirs = SEEDS.keys_of(OrganisationId(OTHER_SHOP))[1]

    assert why(till.take(theirs.write(PROMISE).reveal())) is Why.FORGED


def test_a_till_stops_where_its_bounds_are_and_goes_on_when_it_has_settled(
    till: OfflineTill,
) -> None:
    assert isinstance(till.take(shown()), Taken)
    assert isinstance(till.take(shown()), Taken)
    assert why(till.take(shown())) is Why.FULL

    settle(till)

    assert till.waiting == (0, 0)
    assert isinstance(till.take(shown()), Taken)


def test_a_till_that_knows_nothing_takes_nothing(begin: Callable[[], OfflineTill]) -> None:
    assert why(begin().take(shown())) is Why.NO_KIT


def test_a_kit_that_is_too_old_takes_nothing(till: OfflineTill, clock: Clock) -> None:
    clock.pass_by(DAY - timedelta(seconds=1))
    assert isinstance(till.take(shown()), Taken)

    clock.pass_by(timedelta(seconds=1))

    assert why(till.take(shown())) is Why.KIT_TOO_OLD


def test_a_clock_that_was_wrong_all_along_matters_to_nobody(
    begin: Callable[[], OfflineTill], clock: Clock
) -> None:
    clock.now += 400 * DAY
    till = begin()
    till.learn(KIT)

    answer = till.take(shown())

    assert isinstance(answer, Taken)
    assert answer.taken_at == NOON


def test_a_clock_that_is_set_back_revives_nothing(till: OfflineTill, clock: Clock) -> None:
    voucher = shown(ends_at=NOON + HOUR)
    clock.pass_by(2 * HOUR)

    clock.now -= 3 * HOUR

    assert why(till.take(voucher)) is Why.OVER


def test_a_till_that_was_started_anew_notices_that_its_clock_went_back(
    till: OfflineTill, begin: Callable[[], OfflineTill], clock: Clock
) -> None:
    clock.pass_by(2 * HOUR)
    assert isinstance(till.take(shown()), Taken)
    till.close()
    clock.now -= HOUR

    again = begin()

    assert why(again.take(shown())) is Why.CLOCK
    again.learn(replace_kit(issued_at=NOON + 2 * HOUR))
    assert isinstance(again.take(shown()), Taken)


def test_who_asks_again_for_the_same_order_is_told_the_same(till: OfflineTill) -> None:
    voucher = shown()
    first = till.take(voucher, order_id="o-1")

    again = till.take(voucher, order_id="o-1")

    assert isinstance(first, Taken)
    assert isinstance(again, Taken)
    assert (again.again, again.taken_at) == (True, first.taken_at)
    assert why(till.take(voucher, order_id="o-2")) is Why.TAKEN_BEFORE
    assert till.waiting == (1, 500)


@pytest.mark.parametrize("is_started_anew", [False, True])
def test_who_asks_again_is_told_the_same_when_nothing_new_is_taken(
    till: OfflineTill, begin: Callable[[], OfflineTill], clock: Clock, *, is_started_anew: bool
) -> None:
    """The kit has become too old; or the till was started anew, and its clock went back."""
    voucher = shown()
    clock.pass_by(HOUR)
    first = till.take(voucher, order_id="o-1")
    assert isinstance(first, Taken)
    clock.pass_by(-HOUR if is_started_anew else DAY)
    asked = begin() if is_started_anew else till

    assert why(asked.take(shown())) is (Why.CLOCK if is_started_anew else Why.KIT_TOO_OLD)
    again = asked.take(voucher, order_id="o-1")

    assert isinstance(again, Taken)
    assert (again.again, again.taken_at) == (True, first.taken_at)
    assert why(asked.take(voucher, order_id="o-2")) is Why.TAKEN_BEFORE


def test_who_asks_with_a_forged_one_of_the_same_name_is_told_nothing(till: OfflineTill) -> None:
    id = uuid4()
    till.take(shown(id=id), order_id="o-1")
    stranger = SEEDS.keys_of(OrganisationId(OTHER_SHOP))[1]

    answer = till.take(stranger.write(replace(PROMISE, id=id)).reveal(), order_id="o-1")

    assert answer == Refused(Why.FORGED)


def test_a_sale_that_came_to_nothing_is_undone_until_it_is_settled(till: OfflineTill) -> None:
    voucher = shown()
    till.take(voucher)
    assert till.undo(voucher)
    assert till.waiting == (0, 0)
    till.take(voucher)
    settle(till)

    assert not till.undo(voucher)


def test_what_the_house_may_have_settled_is_not_undone(till: OfflineTill) -> None:
    """The bundle went out, and its answer was lost."""
    voucher = shown()
    till.take(voucher)
    (told,) = till.bundles()

    assert not till.undo(voucher)

    (again,) = till.bundles()
    assert again.vouchers == told.vouchers


def test_what_nobody_answered_is_told_again(till: OfflineTill) -> None:
    till.take(shown())
    (first,) = till.bundles()

    (again,) = till.bundles()

    assert again.vouchers == first.vouchers


def test_the_answer_to_another_batch_is_not_believed(till: OfflineTill) -> None:
    till.take(shown())
    (bundle,) = till.bundles()

    with pytest.raises(OtherBundle):
        till.heard(bundle, VoucherSettlement(vouchers=()))
    assert till.waiting == (1, 500)


def test_the_file_of_one_till_is_not_that_of_another_before_it_has_settled(
    till: OfflineTill,
) -> None:
    other = replace_kit(terminal_id=UUID(int=6))
    till.take(shown())

    with pytest.raises(SettleFirst):
        till.learn(other)
    settle(till)
    till.learn(other)


def test_a_new_key_signs_when_every_till_has_heard_of_it() -> None:
    seeds = Seeds({1: (NOON - 99 * DAY, b"1" * 32), 2: (NOON, b"2" * 32)})
    keys = seeds.keys_of(OrganisationId(SHOP))

    assert to_sign_with(keys, NOON + RESTS - timedelta(seconds=1)).version == 1
    assert to_sign_with(keys, NOON + RESTS).version == 2
    assert to_sign_with({2: keys[2]}, NOON).version == 2


PROGRAM = """
import os, signal, sys
from datetime import UTC, datetime
from watchword.client.offline import OfflineTill

class Killed(OfflineTill):
    def take(self, scanned, **more):
        super().take(scanned, **more)
        os.kill(os.getpid(), signal.SIGKILL)

noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
Killed(sys.argv[1], now=lambda: noon).take(sys.argv[2], order_id="o-1")
"""


def test_a_till_that_is_killed_before_it_answers_remembers(
    till: OfflineTill, tmp_path: Path
) -> None:
    voucher = shown()
    till.close()
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "till.db"), voucher]
    ended = subprocess.run(
        command, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert ended.returncode == -signal.SIGKILL

    again = OfflineTill(tmp_path / "till.db", now=Clock())

    assert again.waiting == (1, 500)
    assert why(again.take(voucher)) is Why.TAKEN_BEFORE
    assert isinstance(again.take(voucher, order_id="o-1"), Taken)


def settle(till: OfflineTill) -> None:
    for bundle in till.bundles():
        till.heard(bundle, all_fine(bundle))


def all_fine(bundle: Bundle) -> VoucherSettlement:
    return VoucherSettlement(
        vouchers=tuple(
            VoucherUse(
                id=uuid4(),
                verdict="settled",
                again=False,
                voucher_id=uuid4(),
                loss=0,
                is_late=False,
            )
            for _ in bundle.vouchers
        )
    )


def replace_kit(**changes: object) -> VoucherKit:
    return msgspec.structs.replace(KIT, **changes)
