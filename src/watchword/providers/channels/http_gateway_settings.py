"""How an operator describes a gateway: what to ask it, and how to read what it says."""

import re
from collections.abc import Collection, Iterable
from typing import Any, Final, Literal, TypeAlias

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.foundation.secret import Secret
from watchword.providers.channels.network import check_url
from watchword.providers.channels.placeholders import leaves_of, names_in

IN_BODY: Final = ("to", "text", "subject", "sender", "id", "locale", "token", "callback")
IN_HEADERS: Final = ("token", "id")
HEADER_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
SHORTEST_SECRET: Final = 16
NOT_TO_SET: Final = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}


Values: TypeAlias = tuple[str | int | bool, ...]


class HttpCalls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway calls us, and how it proves who it is."""

    secret: Secret
    header: str | None = None
    """A header whose value is the secret: this,"""
    signature_header: str | None = None
    """or one whose value is the HMAC-SHA256 of the body under the secret."""
    signature_format: Literal["hex", "base64"] = "hex"
    signature_prefix: str = ""
    """What stands before the signature, such as `sha256=`."""

    format: Literal["json", "form", "query"] = "json"

    def __post_init__(self) -> None:
        if len(self.secret.reveal()) < SHORTEST_SECRET or not _is_clean(self.secret):
            raise ValueError(
                f"`secret` must be at least {SHORTEST_SECRET} characters that a header can hold."
            )
        if (self.header is None) == (self.signature_header is None):
            raise ValueError("Give either `header` or `signature_header`.")
        if not HEADER_NAME.fullmatch(self.header or self.signature_header or ""):
            raise ValueError("The header by which a gateway proves itself is not the name of one.")
        if self.format == "query" and self.header is None:
            raise ValueError("A signature does not cover a query; use `header`.")


class HttpIncoming(HttpCalls, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway passes on what people write to us."""

    sender_path: str
    """Where it gives the number of whoever has written."""
    text_path: str
    id_path: str | None = None
    """Where it gives its own id of the text, by which one that is told twice is known. Needed with
    `signature_header`, so that nobody tells once more what they have seen."""

    def __post_init__(self) -> None:
        HttpCalls.__post_init__(self)
        if self.signature_header is not None and self.id_path is None:
            raise ValueError(
                "`incoming.signature_header` needs `incoming.id_path`: else whoever has seen a"
                " signed text can send it again, and undo a STOP with an old START. If the gateway"
                " gives its texts no id, use `incoming.header`."
            )


class HttpReceipts(HttpCalls, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway reports later what became of a message."""

    id_path: str | None = None
    """Where a report gives the {id} that we sent: this,"""
    reference_path: str | None = None
    """or where it gives the gateway's own id of the message."""
    status_path: str
    delivered: Values = ()
    read: Values = ()
    failed: Values = ()

    def __post_init__(self) -> None:
        HttpCalls.__post_init__(self)
        if (self.id_path is None) == (self.reference_path is None):
            raise ValueError("Give either `id_path` or `reference_path`.")
        if not (self.delivered or self.read):
            raise ValueError("Say in `delivered` or `read` which status means that it arrived.")


class HttpGatewaySettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="http",
):
    channel: Channel | tuple[Channel, ...]
    """Which channel the gateway serves, or which ones."""

    url: str
    method: Literal["POST", "PUT", "GET"] = "POST"
    allow_clear: bool = False
    """Allow http:// to a host other than this one, where others may read the codes."""
    ca_file: str | None = None
    """Authorities to trust instead of those of the system."""
    timeout_seconds: float = 10.0

    headers: dict[str, Secret] = {}
    token: Secret | None = None
    sender: str = ""
    format: Literal["json", "form"] = "json"
    body: dict[str, Any]
    """What is asked. Its texts may hold the names of IN_BODY, such as {to} and {text}."""

    success_status: Literal["2xx"] | tuple[int, ...] = "2xx"
    success_path: str | None = None
    """Where the reply says how it went, such as `messages.0.status`; and what it says then."""
    success_values: tuple[str | int | bool, ...] = ()
    reference_path: str | None = None
    """Where the reply gives the gateway's own id of the message, by which receipts name it."""
    refused_status: tuple[int, ...] = (400, 404, 422)
    """What says that this message will never be taken; other gateways need not be spared it."""
    knows_repeats: bool = False
    """The gateway knows a message by its {id}: the same one twice reaches the customer once."""

    receipts: HttpReceipts | None = None
    """How the gateway reports what became of a message, if it does."""
    incoming: HttpIncoming | None = None
    """How it passes on what people write, if it does."""

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({self.channel} if isinstance(self.channel, Channel) else self.channel)

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("`channel` is empty; name at least one, such as sms.")
        if self.method == "GET":
            raise ValueError("`method` GET would write the text into logs of addresses; use POST.")
        check_url("url", self.url, allow_clear=self.allow_clear)
        if names_in_url := [*names_in(self.url)]:
            raise ValueError(f"`url` cannot hold {{{names_in_url[0]}}}; put it into the body.")
        self._check_headers()
        self._check_body()
        self._check_reading()

    def _check_headers(self) -> None:
        for name, value in self.headers.items():
            if not HEADER_NAME.fullmatch(name) or name.lower() in NOT_TO_SET:
                raise ValueError(f"`headers` cannot set {name!r}; leave it out.")
            if not _is_clean(value):
                raise ValueError(f"The header {name!r} holds characters that a header cannot.")
            _check_known(f"the header {name!r}", names_in(value.reveal()), IN_HEADERS)
        if self.token is not None and not _is_clean(self.token):
            raise ValueError("`token` holds a line break or other characters that it cannot.")
        is_used = "token" in self._names()
        if is_used and self.token is None:
            raise ValueError("{token} is used, but `token` is not set.")
        if self.token is not None and not is_used:
            raise ValueError("`token` is not used; put {token} into a header or into the body.")

    def _check_body(self) -> None:
        _check_known("`body`", names_in(self.body), IN_BODY)
        if missing := [name for name in ("to", "text") if name not in names_in(self.body)]:
            raise ValueError(f"`body` lacks {{{missing[0]}}}, without which nothing is sent.")
        if self.format == "form" and any(
            isinstance(part, dict | list) for part in self.body.values()
        ):
            raise ValueError('A form has no tables or lists; use format = "json".')
        if not all(isinstance(leaf, str | int | float) for leaf in leaves_of(self.body)):
            raise ValueError("`body` holds something other than text, numbers and tables.")

    def _check_reading(self) -> None:
        if (self.success_path is None) != (not self.success_values):
            raise ValueError(
                "`success_path` and `success_values` are given together or not at all."
            )
        if self.knows_repeats and "id" not in self._names():
            raise ValueError("`knows_repeats` needs {id} in the body or in a header.")
        receipts = self.receipts
        if receipts and receipts.id_path and "id" not in self._names():
            raise ValueError("`receipts.id_path` needs {id} in the body or in a header.")
        if receipts and receipts.reference_path and self.reference_path is None:
            raise ValueError(
                "`receipts.reference_path` needs `reference_path`, by which we know it."
            )

    def _names(self) -> set[str]:
        in_headers = [value.reveal() for value in self.headers.values()]
        return {*names_in(self.body), *names_in(in_headers)}


def _is_clean(value: Secret) -> bool:
    return value.reveal().isascii() and value.reveal().isprintable()


def _check_known(place: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            choice = ", ".join(f"{{{one}}}" for one in known)
            raise ValueError(f"In {place}, {{{name}}} is unknown; there are {choice}.")
