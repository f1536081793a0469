"""What Apprise is told, what becomes of its yes and no, and that it is not heard."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.providers.channels.test_silence import BEHAVIOURS, CODE, PHONE, TOKEN
from tests.stand_ins.http_gateway import HANG, RESET, Answer, Fault, Gateway, running_gateway
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.apprise import Apprise, AppriseMissing, AppriseSettings


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


def settings_for(url: str, timeout_seconds: float = 5.0) -> AppriseSettings:
    return AppriseSettings(
        channel=Channel.SMS,
        url_template=Secret(url.replace("http://", f"json://user:{TOKEN}@") + "/sms/{to}"),
        timeout_seconds=timeout_seconds,
    )


async def send(gateway: Gateway, timeout_seconds: float = 5.0) -> SendOutcome:
    apprise = Apprise(settings_for(gateway.url, timeout_seconds), SURROUNDINGS)
    outcome = await apprise.send(MESSAGE)
    await apprise.close()
    return outcome


async def test_a_message_leaves_once_with_its_words_and_no_others(gateway: Gateway) -> None:
    outcome = await send(gateway)

    (asked,) = gateway.requests
    assert outcome == Accepted(None)
    assert asked.path == "/sms/+447700900123"
    said = json.loads(asked.body)
    assert (said["title"], said["message"]) == ("Your sign-in", "Your code is 482913.")
    assert said["attachments"] == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(body=b"<html>"), Accepted(None)),
        (Answer(status=400), Uncertain("apprise said no")),
        (Answer(status=401), Uncertain("apprise said no")),
        (Answer(status=429, headers={"Retry-After": "7"}), Uncertain("apprise said no")),
        (Answer(status=500), Uncertain("apprise said no")),
        (Answer(status=307, headers={"Location": "/else"}), Uncertain("apprise said no")),
        (RESET, Uncertain("apprise said no")),
    ],
    ids=str,
)
async def test_what_is_no_yes_is_in_doubt(
    gateway: Gateway, answer: Answer | Fault, outcome: SendOutcome
) -> None:
    gateway.behave(answer)

    assert await send(gateway) == outcome
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    "answer", [Answer(status=500), Answer(status=307, headers={"Location": "/"})]
)
async def test_no_address_of_a_service_makes_it_send_twice_or_call_a_no_a_yes(
    gateway: Gateway, answer: Answer
) -> None:
    settings = settings_for(gateway.url)
    template = Secret(settings.url_template.reveal() + "?retry=2&wait=0&redirect=yes&optional=yes")
    gateway.behave(answer)
    apprise = Apprise(msgspec.structs.replace(settings, url_template=template), SURROUNDINGS)

    assert await apprise.send(MESSAGE) == Uncertain("apprise said no")
    await apprise.close()

    assert len(gateway.requests) == 1


async def test_who_hangs_is_left_to_hang(gateway: Gateway) -> None:
    gateway.behave(HANG)

    outcome = await send(gateway, timeout_seconds=2.0)

    # Either clock may be the first to strike: ours, or that of the library.
    assert outcome in {Uncertain("timeout"), Uncertain("apprise said no")}


async def test_where_nobody_listens_is_in_doubt_too() -> None:
    async with running_gateway() as gone:
        pass

    assert await send(gone) == Uncertain("apprise said no")


# A stand-in for the library, for what no service on this machine can be brought to do.


def library(notify: Any, knows: Any = lambda url: True) -> ModuleType:  # noqa: ANN401
    def instantiate(url: str, **_: object) -> object:
        return SimpleNamespace() if knows(url) else None

    class Library:
        def __init__(self, **_: object) -> None: ...
        def add(self, service: object) -> None: ...
        def notify(self, **said: object) -> object:
            return notify(**said)

    Library.instantiate = staticmethod(instantiate)  # type: ignore[attr-defined]
    module = SimpleNamespace(
        Apprise=Library,
        AppriseAsset=lambda **_: None,
        NotifyFormat=SimpleNamespace(TEXT="text"),
    )
    return cast("ModuleType", module)


def opened(module: ModuleType, timeout_seconds: float = 5.0, threads: int = 2) -> Apprise:
    settings = settings_for("http://127.0.0.1:9", timeout_seconds=timeout_seconds)
    return Apprise(settings, SURROUNDINGS, load=lambda _: module, threads=threads)


async def test_a_thread_that_hangs_is_in_doubt_and_who_waits_for_it_is_not() -> None:
    release = threading.Event()
    begun = []

    def notify(**_: object) -> bool:
        begun.append(1)
        return release.wait(30)

    apprise = opened(library(notify), timeout_seconds=0.5, threads=1)
    try:
        first = await apprise.send(MESSAGE)
        second = await apprise.send(MESSAGE)
    finally:
        release.set()
        await apprise.close()

    assert (first, second) == (Uncertain("timeout"), Unavailable("busy"))
    assert len(begun) == 1


async def test_a_loop_goes_on_while_a_thread_waits() -> None:
    release = threading.Event()
    apprise = opened(library(lambda **_: release.wait(30)))
    sending = asyncio.create_task(apprise.send(MESSAGE))
    try:
        await asyncio.sleep(0)
        assert not sending.done()
    finally:
        release.set()
        await sending
        await apprise.close()


async def test_whatever_the_library_raises_is_in_doubt() -> None:
    def notify(**_: object) -> bool:
        raise ZeroDivisionError(PHONE)

    apprise = opened(library(notify))

    assert await apprise.send(MESSAGE) == Uncertain("apprise failed")
    await apprise.close()


async def test_an_address_that_the_service_cannot_reach_is_refused() -> None:
    apprise = opened(library(lambda **_: True, knows=lambda url: "44" not in url))

    assert await apprise.send(MESSAGE) == Refused("address")
    await apprise.close()


async def test_an_address_cannot_become_another_part_of_the_url(gateway: Gateway) -> None:
    apprise = Apprise(settings_for(gateway.url), SURROUNDINGS)

    await apprise.send(replace(MESSAGE, address=Address("a/b?+X=1&-Y=2@c")))
    await apprise.close()

    (asked,) = gateway.requests
    assert "?" not in asked.path
    assert "X" not in asked.headers


async def test_words_that_look_like_something_else_are_only_words(gateway: Gateway) -> None:
    text = "{to} ${HOME} \\n <b>7</b> :smile: # *a*"
    apprise = Apprise(settings_for(gateway.url), SURROUNDINGS)

    await apprise.send(replace(MESSAGE, text=Secret(text), subject=None))
    await apprise.close()

    said = json.loads(gateway.requests[0].body)
    assert (said["title"], said["message"]) == ("", text)


async def test_a_service_that_wants_html_gets_words_and_no_markup(gateway: Gateway) -> None:
    settings = settings_for(gateway.url)
    template = Secret(settings.url_template.reveal() + "?format=html")
    settings = msgspec.structs.replace(settings, url_template=template)
    apprise = Apprise(settings, SURROUNDINGS)

    await apprise.send(replace(MESSAGE, text=Secret("<b>7</b>")))
    await apprise.close()

    assert json.loads(gateway.requests[0].body)["message"] == "&lt;b&gt;7&lt;/b&gt;"


def test_without_the_library_it_says_how_to_get_it() -> None:
    def load(_: str) -> ModuleType:
        raise ImportError

    with pytest.raises(AppriseMissing, match=r"pip install '\.\[apprise\]'") as fault:
        Apprise(settings_for("http://127.0.0.1:9"), SURROUNDINGS, load=load)

    assert "providers.carrier" in str(fault.value)


@pytest.mark.parametrize("template", ["bogus://user:t0ken-s3cret@{to}", "clicksend://{to}"])
def test_a_service_that_apprise_cannot_use_is_refused_when_opened(template: str) -> None:
    settings = AppriseSettings(channel=Channel.SMS, url_template=Secret(template))

    with pytest.raises(WatchwordError, match="Apprise cannot use `url_template`") as fault:
        Apprise(settings, SURROUNDINGS)

    assert TOKEN not in str(fault.value)


@pytest.mark.parametrize(
    ("template", "service"),
    [
        ("clicksend://user:key@{to}", "NotifyClickSend"),
        ("nexmo://ApiKey:ApiSecret@12345678900/{to}", "NotifyVonage"),
        ("mailto://user:pass@example.org?to={to}", "NotifyEmail"),
    ],
)
async def test_services_are_known_by_their_addresses(template: str, service: str) -> None:
    settings = AppriseSettings(channel=Channel.SMS, url_template=Secret(template))
    asked: list[str] = []

    apprise = Apprise(settings, SURROUNDINGS, load=lambda name: that_sends_nothing(name, asked))
    outcome = await apprise.send(MESSAGE)
    await apprise.close()

    assert (outcome, asked) == (Accepted(None), [service])


def that_sends_nothing(name: str, asked: list[str]) -> ModuleType:
    """Give the library itself, except that services are noted in place of being asked."""
    library = import_module(name)

    class Noting(library.Apprise):  # type: ignore[misc, name-defined]
        def notify(self, **_: object) -> bool:
            asked.extend(type(service).__name__ for service in self)
            return True

    return cast("ModuleType", SimpleNamespace(**{**vars(library), "Apprise": Noting}))


class Ear(logging.Handler):
    """Stands where our log stands: what reaches it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear, root = Ear(), logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("apprise", "urllib3", "urllib3.connectionpool"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(ear)
    yield ear
    root.removeHandler(ear)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("number", range(len(BEHAVIOURS)))
async def test_it_is_silent_about_what_it_carries(
    ear: Ear, capfd: pytest.CaptureFixture[str], number: int
) -> None:
    async with running_gateway() as stand_in:
        stand_in.behave(BEHAVIOURS[number])
        settings = settings_for(stand_in.url, timeout_seconds=2.0)
        provider = Apprise(settings, SURROUNDINGS)
        outcome = await provider.send(MESSAGE)
        await provider.close()

    out, err = capfd.readouterr()
    said = [f"{record.getMessage()} {record.__dict__}" for record in ear.records]
    shown = [repr(settings), repr(provider), repr(outcome), out, err]
    assert stand_in.requests
    assert not [word for word in (PHONE[1:], CODE, TOKEN) for text in said + shown if word in text]


def test_the_ear_hears_whoever_is_not_hushed(ear: Ear) -> None:
    logging.getLogger("urllib4").warning(PHONE)

    assert [record.getMessage() for record in ear.records] == [PHONE]


def test_what_it_can_do() -> None:
    assert not Apprise.knows_repeats
    assert not Apprise.gives_receipts


FILE = """
kind = "apprise"
channel = ["sms", "whatsapp"]
url_template = "clicksend://user:t0ken@{to}"
"""


def test_settings_are_read_from_a_file_and_show_no_secret() -> None:
    settings = read_settings(AppriseSettings, FILE)

    assert settings.channels == {Channel.SMS, Channel.WHATSAPP}
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("{to}", "447700900123"), "must hold {to}"),
        (FILE.replace("{to}", "{to}/{text}"), "no other placeholder"),
        (FILE.replace('["sms", "whatsapp"]', "[]"), "is empty"),
        (FILE.replace("clicksend://", "json://"), "must begin with jsons://"),
        (FILE.replace("clicksend://", "json://[") + "\n", "no address of Apprise"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(AppriseSettings, wrong)

    assert "t0ken" not in str(refusal.value)


def test_clear_text_can_be_allowed() -> None:
    clear = FILE.replace("clicksend://", "json://")

    assert read_settings(AppriseSettings, clear + "allow_clear = true").allow_clear
