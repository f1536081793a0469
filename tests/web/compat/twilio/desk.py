"""Where stories are told: a front on a real port, and Twilio's own library as it comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
)
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from tests.stores import MovableTime
from tests.web.compat.twilio.judge import Exchange, Judge
from tests.whole_house import Dealt

ANN, BEN, HOME = "+4915112345678", "+4915112345679", "+493012345678"
MAIL, FRENCH = "ann@example.org", "+33612345678"


class Overheard(TwilioHttpClient):  # type: ignore[misc]
    """Sends as the library does, and keeps what was answered."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(timeout=60)
        self._judge = judge
        self.exchanges: list[Exchange] = []

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        answer = super().request(method, url, *args, **more)
        sent = more.get("data") or more.get("params") or {}
        given = frozenset(name for name, value in sent.items() if value is not None)
        body = (answer.text or "").encode()
        exchange = Exchange(method, url, answer.status_code, body, given)
        self.exchanges.append(exchange)
        self._judge.look_at(exchange)
        return answer

    def close(self) -> None:
        self.session.close()


class Overhearing(Protocol):
    @property
    def exchanges(self) -> list[Exchange]: ...

    def close(self) -> None: ...


Library = Callable[["Desk", str, str, str], tuple[Any, Overhearing]]


def in_python(desk: "Desk", account: str, name: str, token: str) -> tuple[Any, Overhearing]:
    """Make a client as anybody does, and tell it where we are: that is the whole migration."""
    overheard = Overheard(desk.judge)
    client = Client(name, token, account_sid=account, http_client=overheard)
    client.verify.base_url = desk.url
    return client, overheard


class Behind(Protocol):
    """What came of it behind the front, where no library looks."""

    def messages(self) -> Mapping[str, str]:
        """Give the words of the last message to each address since this was asked last."""
        ...

    def requesters(self) -> int:
        """Count those who have asked, as far as we can tell them apart."""
        ...


@dataclass(kw_only=True)
class Desk:
    """What a story has at hand. `account` and `token` are those of a test organisation."""

    url: str
    account: str
    key_sid: str
    token: str
    dealt: Dealt
    time: MovableTime
    judge: Judge
    stranger: tuple[str, str]
    """Account and token of another organisation."""
    behind: "Behind"
    library: Library = in_python
    heard: list[Overhearing] = field(default_factory=list)

    def client(self, name: str | None = None, token: str | None = None) -> Any:  # noqa: ANN401
        name, token = name or self.account, token or self.token
        account = name if name.startswith("AC") else self.account
        client, overheard = self.library(self, account, name, token)
        self.heard.append(overheard)
        return client

    def service(self, name: str = "Rosenhof", **more: Any) -> Any:  # noqa: ANN401
        """Make a service, and give what the library has of it."""
        client = self.client()
        made = client.verify.v2.services.create(friendly_name=name, **more)
        return client.verify.v2.services(made.sid)

    @property
    def last(self) -> Exchange:
        return self.heard[-1].exchanges[-1]


def sent(service: Any, to: str = ANN, channel: str = "sms", **more: Any) -> Any:  # noqa: ANN401
    return service.verifications.create(to=to, channel=channel, **more)


def checked(service: Any, code: str, to: str = ANN, **more: Any) -> Any:  # noqa: ANN401
    return service.verification_checks.create(to=to, code=code, **more)


def refusal(act: Callable[[], object]) -> tuple[int, int]:
    """Give status and code of what the library raises."""
    return said_of(act)[:2]


def said_of(act: Callable[[], object]) -> tuple[int, int, str]:
    try:
        act()
    except TwilioRestException as fault:
        return fault.status, fault.code, fault.msg
    raise AssertionError("Nothing was refused.")


def unread(desk: Desk, act: Callable[[], object]) -> tuple[int, int]:
    """Give status and code of a list that is refused: of those, the library raises no more."""
    try:
        act()
    except TwilioException:
        return desk.last.status, msgspec.json.decode(desk.last.body)["code"]
    raise AssertionError("Nothing was refused.")


@dataclass(frozen=True)
class Story:
    """One row of what a front must do: its id, the claim, and how it is shown."""

    id: str
    claim: str
    told: Callable[[Desk], None] = field(repr=False)


def story(table: list[Story], id: str, claim: str) -> Callable[[Callable[[Desk], None]], None]:
    """Put a story into a table."""

    def put(told: Callable[[Desk], None]) -> None:
        table.append(Story(id, claim, told))

    return put
