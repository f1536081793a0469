"""Who hears what: earlier features tell later ones through here, and it is counted in passing."""

from collections.abc import Awaitable, Callable

from watchword.features.abuse.cases.service import Tell
from watchword.features.abuse.events import event_of
from watchword.features.abuse.rules import Block
from watchword.features.challenges.steps.service import Steps
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import News
from watchword.features.webhooks.events import EventId
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Transaction
from watchword.wiring.letters import LetterServices
from watchword.wiring.metrics import ProductMetrics


def news_of_blocks(webhooks: Webhooks, counting: ProductMetrics) -> Tell:
    """Let webhooks tell of blocks."""

    async def tell(transaction: Transaction, whose: OrganisationId, block: Block) -> None:
        counting.blocked(block.rule)
        await webhooks.note(transaction, whose, event_of(block, EventId(new_id())))

    return tell


def news_of_messages(
    steps: Steps, letters: LetterServices, counting: ProductMetrics
) -> Callable[[News], Awaitable[None]]:
    """Let plans hear what became of messages; and of letters that came back, who kills codes."""

    async def hear(news: News) -> None:
        counting.heard(news)
        await steps.hear(news)
        if news.channel is Channel.LETTER:
            await letters.returned.hear(news)

    return hear
