"""What the console is told of what was lost: the newest, and whether there is more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.features.vouchers.stand import Stand
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.misuse.reports import Days
from watchword.features.tills.terminals.rules import TerminalId
from watchword.features.vouchers.reports.rules import Out, Report, losses_of
from watchword.features.vouchers.reports.service import VoucherReports
from watchword.features.vouchers.settling.rules import Use, UseId, Verdict
from watchword.foundation.ids import Id

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
NORTH, SOUTH = LocationId(Id(int=1)), LocationId(Id(int=2))
USE = Use(
    order_id=None,
    id=UseId(Id(int=3)),
    voucher_id=None,
    terminal_id=TerminalId(Id(int=4)),
    location_id=NORTH,
    digest=b"1",
    verdict=Verdict.FORGED,
    loss=0,
    currency="",
    is_late=False,
    clock_off=timedelta(),
    taken_at=NOON,
    settled_at=NOON,
)


async def test_of_more_losses_than_fit_the_newest_are_shown_and_it_is_said(stand: Stand) -> None:
    await stand.set(vouchers_by_customer=3)
    lost = [await stand.voucher() for _ in range(3)]
    for voucher in lost:
        stand.later(minutes=1)
        await stand.says(stand.shown(voucher), 0)
        await stand.says(stand.shown(voucher), 1)
    whose = stand.shop.client.organisation.id

    async def report(most: int) -> Report:
        reports = VoucherReports(storage=stand.shop.services.storage, most=most)
        return await reports.report(whose, Days.WEEK)

    whole, cut = await report(6), await report(2)

    assert [each.voucher and each.voucher.id for each in whole.losses] == [
        each.id for each in lost[::-1]
    ]
    assert [each.voucher and each.voucher.id for each in cut.losses] == [lost[2].id]
    assert (whole.is_cut, cut.is_cut) == (False, True)
    assert [each.tills for each in cut.losses] == [[till.terminal.id for till in stand.tills[:2]]]


async def test_what_was_told_earlier_of_what_is_lost_now_counts_too(stand: Stand) -> None:
    """Two tills told of it since, and one before: three do not fit where there is room for two."""
    voucher = await stand.voucher()
    token = stand.shown(voucher)
    await stand.says(token, 0)
    stand.later(days=8)
    for till in (1, 2):
        await stand.says(token, till)
    reports = VoucherReports(storage=stand.shop.services.storage, most=2)

    report = await reports.report(stand.shop.client.organisation.id, Days.WEEK)

    assert len(report.uses) == 2
    assert report.is_cut


def test_nobody_sees_what_happened_where_they_may_not_look() -> None:
    there = replace(USE, id=UseId(Id(int=5)), location_id=SOUTH, digest=b"2")
    report = Report(
        out=[Out(location_id=id, count=1, value=5, currency="EUR") for id in (NORTH, SOUTH)],
        uses=[USE, there],
        losses=losses_of([USE, there], {}),
        is_cut=True,
    )

    seen = report.seen_by(lambda id: id == NORTH)

    assert [each.location_id for each in seen.out] == [NORTH]
    assert seen.uses == [USE]
    assert [each.location_id for each in seen.losses] == [NORTH]
    assert (seen.is_cut, seen.worth) == (True, {"EUR": 5})
