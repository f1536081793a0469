"""What is new in a report is written down."""

from watchword.features.delivery.receipts import Carried, Report, received
from watchword.features.delivery.reports.store import ReportLanes
from watchword.features.delivery.rules import News, Receipt


async def take_in(store: ReportLanes, carried: Carried, report: Report) -> News | None:
    """Write down what is new in a report, and give it."""
    if report.receipt is Receipt.FAILED:
        # For a call this means that it is over, also if the words were heard before.
        await store.end_call(carried)
    receipt = received(carried.receipt, report)
    if receipt is None:
        return None
    await store.receive(carried, receipt, report.reason)
    return _news_of(carried, receipt, report.reason)


def _news_of(carried: Carried, receipt: Receipt, reason: str | None) -> News:
    return News(
        organisation_id=carried.organisation_id,
        about=carried.about,
        channel=carried.channel,
        provider=carried.provider,
        state=carried.state,
        receipt=receipt,
        reason=reason,
    )
