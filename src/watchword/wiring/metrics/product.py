"""What the product has done: challenges, receipts, blocks."""

from prometheus_client import CollectorRegistry, Counter

from watchword.features.abuse.rules import RuleName
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import News
from watchword.features.webhooks.events import EventKind

ANY = "any"
"""The channel of what was refused before anybody had chosen one."""


class ProductMetrics:
    """Fills the `Tally` port of challenges, and hears of messages and blocks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._challenges = Counter(
            "watchword_challenges_total",
            "What became of challenges, by what has just happened to them.",
            ["event", "purpose", "channel"],
            registry=registry,
        )
        self._refusals = Counter(
            "watchword_challenge_refusals_total",
            "Messages and answers that were refused, by the reason.",
            ["reason", "purpose", "channel"],
            registry=registry,
        )
        self._receipts = Counter(
            "watchword_receipts_total",
            "What providers reported of messages that they had taken.",
            ["provider", "channel", "receipt"],
            registry=registry,
        )
        self._blocks = Counter(
            "watchword_blocks_total",
            "Blocks against abuse that began, by their rule.",
            ["rule"],
            registry=registry,
        )

    def became(self, kind: EventKind, purpose: Purpose, channel: Channel) -> None:
        event = kind.value.partition(".")[2]
        self._challenges.labels(event, purpose.value, channel.value).inc()

    def refused(self, word: str, purpose: Purpose, channel: Channel | None) -> None:
        named = ANY if channel is None else channel.value
        self._refusals.labels(word, purpose.value, named).inc()

    def heard(self, news: News) -> None:
        """Count what a provider has said of a message."""
        if news.receipt is not None:
            where = news.provider, news.channel.value
            self._receipts.labels(*where, news.receipt.value).inc()

    def blocked(self, rule: RuleName) -> None:
        self._blocks.labels(rule.value).inc()
