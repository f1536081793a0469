"""The client asks and reads what the description of the API says, and says what it leaves out."""

import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import msgspec
import pytest
from jsonschema import Draft202012Validator

from watchword import client
from watchword.client import (
    Act,
    cards,
    challenges,
    customers,
    points,
    redemptions,
    rewards,
    sandbox,
    tills,
    vouchers,
)
from watchword.client.shapes import Reward
from watchword.web.app import put_up
from watchword.web.openapi import COMPONENTS, KEY_PARAMETER, described

ID = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PHONE, MAIL = "+491701234567", "ann@example.org"
PLACE = re.compile(r"\{\w+\}")
OWN_ID = str(ID)

MUG = Reward(
    id=ID,
    names={"en": "Mug"},
    points=60,
    value=500,
    currency="EUR",
    pos_discount_id="mug",
    locations=(ID,),
    starts_at=NOON,
    ends_at=None,
    stock=3,
    left=2,
    at_least=0,
    state="active",
    version=2,
    created_at=NOON,
    updated_at=NOON,
)
TERMS: Mapping[str, Any] = {
    "points": 60,
    "value": 500,
    "currency": "EUR",
    "pos_discount_id": "mug",
    "locations": [ID],
    "starts_at": NOON,
    "ends_at": datetime(2030, 2, 1, tzinfo=UTC),
    "stock": 3,
    "at_least": 100,
}
SALE: Mapping[str, Any] = {"phone": PHONE, "location_id": ID, "terminal_id": "3", "staff": "Kim"}

ACTS: Mapping[Callable[..., Act[Any]], Act[Any]] = {
    challenges.create: challenges.create(
        "step_up",
        phone=PHONE,
        channel="sms",
        locale="de",
        reference="r",
        requester="10.0.0.1",
        transaction="voucher 20 EUR",
        autofill={"host": "example.org"},
    ),
    challenges.answer: challenges.answer(ID, "123456", transaction="voucher 20 EUR"),
    challenges.resend: challenges.resend(ID, channel="voice"),
    challenges.read: challenges.read(ID),
    challenges.cancel: challenges.cancel(ID),
    customers.create: customers.create(
        "Müller",
        given_name="Ann",
        birth_date=date(1990, 1, 2),
        locale="de",
        contacts=[{"phone": PHONE}, {"email": MAIL}],
    ),
    customers.change: customers.change(
        ID,
        2,
        family_name="Meier",
        given_name="Ann",
        birth_date=None,
        locale="de",
        add_contacts=[{"email": MAIL}],
        remove_contacts=[ID],
    ),
    customers.read: customers.read(ID),
    customers.page: customers.page(limit=10, cursor="c"),
    customers.search: customers.search("Müller", limit=10, cursor="c"),
    customers.merge: customers.merge(ID, ID, "one person"),
    cards.create: cards.create(ID, number="4711"),
    cards.read: cards.read(ID),
    cards.page: cards.page(state="verified", limit=10, cursor="c"),
    cards.search: cards.search("4711"),
    cards.attempt: cards.attempt(ID, "sms", contact_id=ID, requester="10.0.0.1"),
    cards.answer: cards.answer(ID, "123456"),
    points.balance: points.balance(ID),
    points.transfers: points.transfers(ID, limit=10, cursor="c"),
    points.earn: points.earn(ID, amount=1999, currency="EUR", order_id="o-1", location_id=ID),
    points.adjust: points.adjust(ID, -5, "a slip at the counter"),
    rewards.create: rewards.create({"en": "Mug"}, **TERMS),
    rewards.change: rewards.change(MUG, points=80, state="paused"),
    rewards.read: rewards.read(ID),
    rewards.page: rewards.page(limit=10, cursor="c"),
    tills.open: tills.open(
        **SALE, kind="online", reward_id=ID, amount=1999, locale="de", send=False
    ),
    tills.open_directly: tills.open_directly(**SALE),
    tills.open_for_master_pin: tills.open_for_master_pin(
        "wt_x", phone=PHONE, reward_id=ID, amount=1999, locale="de"
    ),
    tills.enter_master_pin: tills.enter_master_pin(
        ID, "wt_x", pin="0000 0000 0001", staff=OWN_ID, reason="no telephone"
    ),
    tills.read: tills.read(ID),
    tills.resend: tills.resend(ID),
    tills.give_pass: tills.give_pass(ID, "https://shop.example.org"),
    tills.answer: tills.answer(ID, "123456"),
    tills.choose: tills.choose(ID, ID),
    tills.wallet: tills.wallet(ID),
    tills.end: tills.end(ID),
    redemptions.reserve: redemptions.reserve(ID, ID, amount=1999),
    redemptions.commit: redemptions.commit(ID, "o-1"),
    redemptions.release: redemptions.release(ID),
    redemptions.reverse: redemptions.reverse(ID, "r-1", points=10),
    redemptions.read: redemptions.read(ID),
    redemptions.page: redemptions.page(limit=10, cursor="c"),
    vouchers.kit: vouchers.kit("wt_x"),
    vouchers.settle: vouchers.settle(
        "wt_x", vouchers.Bundle(NOON, (vouchers.TakenIn("WWV1A", NOON, "o-1"),))
    ),
    sandbox.messages: sandbox.messages(PHONE),
}
"""Each act that can be made, with all that can be said in it."""

LEFT_OUT = {
    "/v1/abuse-rules": "set once, by people",
    "/v1/audience": "set by people",
    "/v1/blocks": "looked at by people",
    "/v1/calls": "asked by what carries telephone calls",
    "/v1/campaigns": "written and let out by people",
    "/v1/cards/{}/verifications": "looked at by people",
    "/v1/customers/{}/tags": "set by people, and by what knows customers better",
    "/v1/customers/{}/erasures": "asked for by people, with all that it takes away",
    "/v1/earn-rules": "set by people",
    "/v1/erasures": "asked for by people",
    "/v1/pages": "written by people",
    "/v1/ledger": "checked by `watchword ledger verify`",
    "/v1/person-exports": "asked for by people",
    "/v1/plans": "set by people",
    "/v1/redeeming-blocks": "kept by people, and by what knows who works here",
    "/v1/routing-plans": "looked at by people",
    "/v1/settings": "set by people",
    "/v1/consent": "kept by people, by forms and by answers",
    "/v1/opt-in-requests": "asked by people and forms",
    "/v1/suppression": "kept by people and providers",
    "/v1/tags": "looked at by people",
    "/v1/telephone/profiles": "set up by people",
    "/v1/verification-methods": "looked at by people",
    "/v1/webhook": "set up once, by people",
    "/sandbox/clock-moves": "for our own tests",
    "/sandbox/scenarios": "looked at by people",
    "/sandbox/replies": "for our own tests",
    "/sandbox/seeds": "for our own tests",
}
"""What no act asks for, by how its path begins, and why."""

ids = [f"{make.__module__.rpartition('.')[2]}.{make.__name__}" for make in ACTS]


@cache
def description() -> dict[str, Any]:
    return described(put_up())


@cache
def operations() -> Mapping[str, Mapping[str, Any]]:
    return {
        f"{method.upper()} {PLACE.sub('{}', path)}": operation
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


def asked_for(act: Act[Any]) -> str:
    return f"{act.method} {act.path.replace(OWN_ID, '{}')}"


def schema_of(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["content"]["application/json"]["schema"]
    return found


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].removeprefix(COMPONENTS)]
    return schema


def ways(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the types that something may have."""
    found = resolved(schema)
    inner = found.get("oneOf") or found.get("anyOf")
    return [each for one in inner for each in ways(one)] if inner else [found]


def differences(kind: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:  # noqa: ANN401
    """Find where a shape cannot read what the description says."""
    may_be_null = any(each.get("type") == "null" for each in ways(schema))
    real = [each for each in ways(schema) if each.get("type") != "null"]
    kinds = get_args(kind) if get_origin(kind) in {types.UnionType, Union} else (kind,)
    if may_be_null and type(None) not in kinds:
        yield f"{at} may be null"
    (own,) = [each for each in kinds if each is not type(None)]
    for each in real:
        yield from _unlike(own, each, at)


def _unlike(own: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:  # noqa: ANN401
    told, form = schema.get("type"), schema.get("format")
    if isinstance(own, type) and issubclass(own, msgspec.Struct):
        fields = {field.encode_name: field for field in msgspec.structs.fields(own)}
        for name, field in fields.items():
            if name not in schema["properties"]:
                yield f"{at}.{name} is not there"
                continue
            if field.required and name not in schema.get("required", []):
                yield f"{at}.{name} may be missing"
            yield from differences(field.type, schema["properties"][name], f"{at}.{name}")
        return
    if get_origin(own) in {tuple, list}:
        if told != "array":
            yield f"{at} is no list"
            return
        yield from differences(get_args(own)[0], schema["items"], f"{at}[]")
        return
    wanted = {
        UUID: ("string", "uuid"),
        datetime: ("string", "date-time"),
        date: ("string", "date"),
        int: ("integer", None),
        bool: ("boolean", None),
        str: ("string", None),
    }.get(own)
    if wanted is None:
        if told != "object":
            yield f"{at} is no object"
    elif told != wanted[0] or (wanted[1] and form != wanted[1]):
        yield f"{at} is {told} {form or ''}, and not {own.__name__}"


def test_every_act_that_can_be_made_is_looked_at() -> None:
    made = {
        each
        for module in vars(client).values()
        if inspect.ismodule(module) and module.__name__ in NAMED
        for each in vars(module).values()
        if inspect.isfunction(each)
        and each.__module__ == module.__name__
        and not each.__name__.startswith("_")
    }

    assert made == {*ACTS}


NAMED = {
    f"watchword.client.{name}"
    for name in (
        *("challenges", "customers", "cards", "points", "rewards"),
        *("tills", "redemptions", "vouchers", "sandbox"),
    )
}


def test_each_operation_has_an_act_or_a_reason_why_it_has_none() -> None:
    covered = {*map(asked_for, ACTS.values())}
    left = {one.partition(" ")[2] for one in operations() if one not in covered}

    assert covered <= {*operations()}
    assert [path for path in sorted(left) if not path.startswith(tuple(LEFT_OUT))] == []
    assert [start for start in LEFT_OUT if not any(path.startswith(start) for path in left)] == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ids)
def test_an_act_says_what_the_description_allows(act: Act[Any]) -> None:
    operation = operations()[asked_for(act)]
    named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}

    in_head = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
    assert {*act.query} <= named
    assert {*act.headers} == in_head - {KEY_PARAMETER["name"]}
    assert act.key is not None or KEY_PARAMETER["name"] not in in_head
    assert (act.body is None) == ("requestBody" not in operation)
    if act.body is not None:
        sent = msgspec.json.decode(msgspec.json.encode(act.body))
        schema = {
            **schema_of(operation["requestBody"]),
            "components": description()["components"],
        }
        checked = Draft202012Validator(schema)
        assert [fault.message for fault in checked.iter_errors(sent)] == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ids)
def test_an_act_can_say_everything_that_the_description_knows(act: Act[Any]) -> None:
    operation = operations()[asked_for(act)]
    if act.body is None:
        return
    known = {*resolved(schema_of(operation["requestBody"]))["properties"]}

    assert known - {*act.body} == CANNOT_BE_SAID.get(asked_for(act), set())


CANNOT_BE_SAID = {
    "POST /v1/till-sessions": {"email", "card", "qr"},  # one way to name a customer excludes others
    "POST /v1/master-pin-sessions": {"email", "card", "qr"},
    "POST /v1/wallet-openings": {
        *("email", "card", "qr", "kind", "reward_id", "amount", "locale", "send"),
    },
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ids)
def test_an_answer_is_read_as_it_is_described(act: Act[Any]) -> None:
    replies = operations()[asked_for(act)]["responses"]
    (told,) = [reply for status, reply in replies.items() if status.startswith("2")]
    if act.kind is None:
        assert "content" not in told
        return

    assert [*differences(act.kind, schema_of(told), "it")] == []


def test_a_difference_would_be_found() -> None:
    class Short(msgspec.Struct):
        id: int
        code: str
        at: datetime

    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "at": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        },
    }

    assert [*differences(Short, schema, "it")] == [
        "it.id is string uuid, and not int",
        "it.code is not there",
        "it.at may be missing",
        "it.at may be null",
    ]
