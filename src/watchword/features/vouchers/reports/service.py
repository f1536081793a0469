"""What happens when somebody looks at vouchers: they are counted, and nothing is changed."""

from datetime import timedelta

from watchword.features.redemptions.misuse.reports import Days
from watchword.features.vouchers.reports.rules import Report, losses_of
from watchword.features.vouchers.reports.store import VoucherReportStore
from watchword.features.vouchers.settling.store import VoucherUseStore
from watchword.features.vouchers.store import VoucherStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

SEEN_AT_MOST = 2_000
"""Uses that one page counts."""
OLDEST_OUT = timedelta(days=60)
"""Longer than any voucher can be out: the longest life and the longest grace together."""


class VoucherReports:
    def __init__(self, *, storage: Storage, most: int = SEEN_AT_MOST) -> None:
        self._storage = storage
        self._most = most

    async def report(self, organisation_id: OrganisationId, days: Days) -> Report:
        async with self._storage.reading(organisation_id) as transaction:
            now = transaction.now()
            since = now - timedelta(days=days)
            uses = VoucherUseStore(transaction, organisation_id)
            told = await uses.since(since, None, self._most + 1)
            lost = await uses.lost_since(since, self._most + 1)
            stray = [each for each in told if each.voucher_id is None]
            vouchers = VoucherStore(transaction, organisation_id)
            known = await vouchers.lost_since(since, self._most + 1)
            out = await VoucherReportStore(transaction, organisation_id).out(now - OLDEST_OUT)
        return Report(
            out=out,
            uses=told[: self._most],
            losses=losses_of([*lost[: self._most], *stray[: self._most]], known),
            is_cut=any(len(each) > self._most for each in (told, lost, known)),
        )
