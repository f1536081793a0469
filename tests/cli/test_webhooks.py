"""What an operator sees when other programs are told what happens."""

import re
from uuid import UUID, uuid4

import pytest

from tests.cli.desk import Desk
from watchword.features.webhooks.posting.service import Turn
from watchword.features.webhooks.rules import Answer, Attempt, Ended
from watchword.wiring import Services

URL = "https://hooks.example.org/watchword"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=\n")


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    desk.type("organisations create bank --name Bank")
    return desk


def work(desk: Desk, status: int) -> None:
    """Let a worker have all that is due, and every endpoint answer alike."""

    async def answered(services: Services) -> None:
        answer = Answer(word=f"HTTP {status}", status=status)
        attempt = Attempt(
            at=services.storage.now(), status=status, word=answer.word, milliseconds=12
        )
        for hand in await services.posting.claim(
            busy=(), turn=Turn(), most=9, most_failing=9, size=lambda _: 9
        ):
            ended = [Ended(one, attempt, answer) for one in hand.claimed]
            await services.posting.settle(hand, ended, [], lambda: 0.5)

    desk.inside(answered)


def added(desk: Desk, more: str = "") -> str:
    id: str = desk.ask(f"webhooks add shop {URL} {more}")["id"]
    return id


def test_an_endpoint_is_added_and_its_secret_shown_once(shop: Desk) -> None:
    result = shop.type(f"webhooks add shop {URL} --event challenge.verified --description till")

    assert SECRET.fullmatch(result.stdout)
    assert "shown this one time" in result.stderr
    [listed] = shop.ask("webhooks list shop")
    assert (listed["url"], listed["description"]) == (URL, "till")
    assert (listed["events"], listed["state"]) == (["challenge.verified"], "enabled")
    assert "secret" not in listed
    said = shop.type("webhooks list shop").stdout
    assert f"{listed['id']}  good  {URL}  till\n" == said


def test_an_address_that_leads_inside_is_refused(shop: Desk) -> None:
    result = shop.type("webhooks add shop https://localhost/hook")

    assert result.exit_code == 2
    assert "unless its operator sets webhooks.allow_loopback" in " ".join(
        result.stderr.replace("│", " ").split()
    )
    assert shop.type("webhooks list shop").stdout == "shop has no endpoints yet.\n"


def test_there_are_twenty_endpoints_at_most(shop: Desk) -> None:
    for _ in range(20):
        added(shop)

    result = shop.type(f"webhooks add shop {URL}")

    assert (result.exit_code, "20 already" in result.stderr) == (1, True)


def test_a_secret_is_rotated(shop: Desk) -> None:
    id = added(shop)

    result = shop.type(f"webhooks rotate shop {id} --overlap 2h")
    again = shop.ask(f"webhooks rotate shop {id}")

    assert SECRET.fullmatch(result.stdout)
    assert "The old secret signs too until" in result.stderr
    assert {*again} == {"secret", "old_until"}
    assert shop.type(f"webhooks rotate shop {id} --overlap soon").exit_code == 2
    assert shop.type(f"webhooks rotate shop {id} --overlap 31d").exit_code == 2


def test_an_endpoint_is_tried_and_its_log_looked_at(shop: Desk) -> None:
    id = added(shop)

    result = shop.type(f"webhooks test shop {id}")
    work(shop, 500)

    assert f"watchword webhooks deliveries shop --endpoint {id}" in result.stdout
    [delivery] = shop.ask(f"webhooks deliveries shop --endpoint {id} --state waiting")
    assert (delivery["event"], delivery["attempts"]) == ("webhook.test", 1)
    assert delivery["message_id"].startswith("msg_")
    assert delivery["due_at"] > delivery["created_at"]
    assert "webhook.test  waiting  HTTP 500\n" in shop.type("webhooks deliveries shop").stdout
    nothing = shop.type("webhooks deliveries shop --state delivered").stdout
    assert nothing == "Nothing was sent in the last 30 days.\n"


def test_what_was_not_taken_is_sent_again_once_the_endpoint_is_enabled(shop: Desk) -> None:
    id = added(shop)
    delivery = shop.ask(f"webhooks test shop {id}")["id"]
    work(shop, 410)
    refused = [
        shop.type(f"webhooks {typed}")
        for typed in (
            f"replay shop {delivery}",
            f"replay shop --endpoint {id}",
            f"test shop {id}",
        )
    ]
    listed = shop.type("webhooks list shop").stdout

    enabled = shop.type(f"webhooks enable shop {id}")
    replayed = shop.ask(f"webhooks replay shop --endpoint {id} --since 1h")
    once_more = shop.type(f"webhooks replay shop {delivery}")

    assert [result.exit_code for result in refused] == [1, 1, 1]
    assert f"watchword webhooks enable shop {id}" in refused[1].stderr
    assert "disabled (HTTP 410)" in listed
    assert enabled.stdout == f"The endpoint {id} is enabled.\n"
    assert replayed == {"replayed": 1}
    assert once_more.stdout == f"The delivery {delivery} is on its way again.\n"


@pytest.mark.parametrize("typed", ["", f"{UUID(int=1)} --endpoint {UUID(int=2)}"])
def test_a_replay_is_of_one_or_of_all(shop: Desk, typed: str) -> None:
    result = shop.type(f"webhooks replay shop {typed}")

    assert result.exit_code == 2


def test_an_endpoint_is_removed(shop: Desk) -> None:
    id = added(shop)

    assert shop.type(f"webhooks remove shop {id}").stdout == f"The endpoint {id} is removed.\n"
    assert shop.ask("webhooks list shop") == []
    assert shop.type(f"webhooks remove shop {id}").exit_code == 1


def test_what_is_anothers_is_not_there(shop: Desk) -> None:
    id = added(shop)

    for typed in (f"rotate bank {id}", f"test bank {id}", f"remove bank {id}", f"enable bank {id}"):
        result = shop.type(f"webhooks {typed}")
        assert (result.exit_code, "There is no such endpoint." in result.stderr) == (1, True)
    assert shop.ask("webhooks list bank") == shop.ask("webhooks deliveries bank") == []
    assert shop.type(f"webhooks replay shop {uuid4()}").exit_code == 1
