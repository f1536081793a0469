"""Any channel, by one of the many services that the library Apprise speaks to.

Apprise waits where it works, so each message has a thread to itself for as long as it takes.
It says no more than yes or no, and its log, which names whom it writes to, is not heard.
"""

import asyncio
import logging
import warnings
from asyncio import AbstractEventLoop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.departures.service import Departure, departure
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import Message, SendOutcome
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, outcome
from watchword.providers.channels.network import is_loopback
from watchword.providers.channels.placeholders import fill, names_in

THREADS: Final = 32
"""How many messages are with Apprise at most. One that hangs keeps its thread until it ends."""

IN_CLEAR: Final = {"json", "xml", "form"}
"""Apprise's general ways, which encrypt only with an s at the end."""

EXAMPLES: Final = ("+14155552671", "jo@example.org")
TALKATIVE: Final = (
    "apprise",
    "urllib3",
    "requests",
    "requests_oauthlib",
    "oauthlib",
    "charset_normalizer",
)

ANSWERS: Answers = {
    "yes": Answer(Meaning.TAKEN, "taken"),
    "no": Answer(Meaning.UNCLEAR, "apprise said no"),
    "a fault": Answer(Meaning.UNCLEAR, "apprise failed"),
    "nothing in time": Answer(Meaning.UNCLEAR, "timeout"),
    "no thread was free": Answer(Meaning.TEMPORARY, "busy"),
    "no way to this address": Answer(Meaning.PERMANENT, "address"),
}
"""A no may be a wrong key, a bad number, or a reply that was lost: Apprise does not tell which."""


class AppriseSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="apprise",
):
    channel: Channel | tuple[Channel, ...]
    """Which channel the service serves, or which ones."""
    url_template: Secret
    """Apprise's own address of the service, with {to} where the number or address belongs."""
    allow_clear: bool = False
    """Allow json://, xml:// and form:// to another host, where others may read the codes."""
    timeout_seconds: float = 10.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({self.channel} if isinstance(self.channel, Channel) else self.channel)

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("`channel` is empty; name at least one, such as sms.")
        if {*names_in(self.url_template.reveal())} != {"to"}:
            raise ValueError("`url_template` must hold {to}, and no other placeholder.")
        self._check_secrecy()

    def _check_secrecy(self) -> None:
        try:
            parts = urlsplit(self.url_template.reveal())
            is_clear = parts.scheme in IN_CLEAR and not is_loopback(parts.hostname or "")
        except ValueError:
            raise ValueError("`url_template` is no address of Apprise.") from None
        if is_clear and not self.allow_clear:
            raise ValueError(
                f"`url_template` must begin with {parts.scheme}s://, "
                "or others could read the codes."
            )


class AppriseMissing(WatchwordError):
    """The library is not installed; the message says how to install it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"providers.{name} uses Apprise, which is not installed. "
            "Install it with: pip install '.[apprise]'"
        )


class AppriseUnwilling(WatchwordError):
    """Apprise does not know the service, or finds something missing in its address."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"providers.{name}: Apprise cannot use `url_template`. Its documentation shows what "
            "the address of each service looks like."
        )


class Apprise:
    """Fills the `Provider` port."""

    knows_repeats = False
    gives_receipts = False

    def __init__(
        self,
        settings: AppriseSettings,
        surroundings: Surroundings,
        *,
        load: Callable[[str], ModuleType] = import_module,
        threads: int = THREADS,
    ) -> None:
        self._settings = settings
        self._service = _Service(settings, load, surroundings.name)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="apprise")

    async def send(self, message: Message) -> SendOutcome:
        return outcome(ANSWERS[await self._ask(message)])

    async def _ask(self, message: Message) -> str:
        leaving, loop = departure(), asyncio.get_running_loop()
        notify = (
            self._service.notify
            if leaving.look is None
            else partial(self._ask_first, leaving, loop)
        )
        asked = self._threads.submit(notify, message)
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                return await asyncio.wrap_future(asked)
        except TimeoutError:
            # A thread cannot be interrupted, but what has not begun will never begin.
            return "no thread was free" if asked.cancel() else "nothing in time"

    def _ask_first(self, leaving: Departure, loop: AbstractEventLoop, message: Message) -> str:
        asyncio.run_coroutine_threadsafe(leaving.begin(), loop).result()
        return self._service.notify(message)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Service:
    """What threads do: it waits, and shares nothing between messages that changes."""

    def __init__(
        self, settings: AppriseSettings, load: Callable[[str], ModuleType], name: str
    ) -> None:
        self._settings = settings
        # All its services are loaded now. What they are warned of by Python is for their authors.
        with warnings.catch_warnings(action="ignore"):
            try:
                self._apprise: Any = load("apprise")
            except ImportError:
                raise AppriseMissing(name) from None
            _hush()
            # Nothing of a message is written to a disk.
            self._asset = self._apprise.AppriseAsset(storage_mode="memory", result_log_disk_size=0)
            if not any(map(self._open, EXAMPLES)):
                raise AppriseUnwilling(name)

    def notify(self, message: Message) -> str:
        try:
            service = self._open(message.address)
            if service is None:
                return "no way to this address"
            one = self._apprise.Apprise(asset=self._asset)
            one.add(service)
            said = one.notify(
                body=message.text.reveal(),
                title=message.subject.reveal() if message.subject else "",
                body_format=self._apprise.NotifyFormat.TEXT,
            )
        except Exception:  # noqa: BLE001 - a service of Apprise may raise whatever it likes
            return "a fault"
        return "yes" if said else "no"

    def _open(self, address: str) -> Any:  # noqa: ANN401 - a library that may not be there
        words = {"to": quote(address, safe="")}
        url = str(fill(self._settings.url_template.reveal(), words))
        service = self._apprise.Apprise.instantiate(url, asset=self._asset)
        if service is not None:
            # Whatever the address says: once, nowhere else, and a no is not called a yes.
            service.retry, service.redirects, service.optional = 0, False, False
            service.socket_connect_timeout = self._settings.timeout_seconds
            service.socket_read_timeout = self._settings.timeout_seconds
        return service


def _hush() -> None:
    """Keep out of our log what Apprise and what it stands on say: addresses, bodies and keys."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())  # or Python would write to stderr itself
