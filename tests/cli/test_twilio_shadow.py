"""What an operator sees who crosses over from Twilio."""

import pytest

from tests.cli.desk import Desk
from watchword.features.clients.rules import Operator
from watchword.features.crossings.pairs.advice import Advice
from watchword.features.crossings.pairs.rules import Call, Said
from watchword.features.crossings.pairs.words import WORDS
from watchword.wiring import Services

MOVE, REPORT = "twilio shadow move shop", "twilio shadow report shop"
ORIGINAL = {
    "WATCHWORD_ORIGINALS__SHOP__ACCOUNT_SID": "AC" + "a" * 32,
    "WATCHWORD_ORIGINALS__SHOP__AUTH_TOKEN": "token-of-theirs",
}
PENDING, GONE = Said(200, None, "pending"), Said(404, 20404)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return Desk(desk.folder, desk.url, environment={**desk.environment, **ORIGINAL})


def note(shop: Desk, *pairs: tuple[Call, Said, Said]) -> None:
    async def work(services: Services) -> None:
        operator = Operator(name="ann", organisation=await services.organisations.find("shop"))
        for call, theirs, ours in pairs:
            await services.crossings.pairs.note(operator, call, theirs, ours)

    shop.inside(work)


def test_it_begins_in_the_shadow_and_moves_step_by_step(shop: Desk) -> None:
    begun = shop.ask(MOVE)
    by_share = shop.ask(f"{MOVE} --share 5")
    by_country = shop.ask(f"{MOVE} --country at --country FR --without-them serve")
    shown = shop.ask("twilio shadow show shop")
    without = shop.ask(f"{MOVE} --country ''")

    kept = {"organisation": "shop", "changed_by": "operator:ann"}
    for said in (begun, by_share, by_country, without):
        assert {name: said[name] for name in kept} == kept
    assert (begun["share"], begun["countries"], begun["without_them"]) == (0, [], "refuse")
    assert (by_share["share"], by_share["countries"]) == (5, [])
    assert (by_country["share"], by_country["countries"]) == (5, ["AT", "FR"])
    assert shown == by_country
    assert (without["countries"], without["without_them"]) == ([], "serve")


def test_people_read_where_they_are(shop: Desk) -> None:
    said = shop.type(f"{MOVE} --share 5 --country AT").stdout

    assert said == (
        "Of new codes for shop, 5 % of all numbers and all of AT are ours. All else is Twilio's.\n"
        "Where Twilio does not answer in time, it is refused, to be tried again.\n"
    )


def test_it_ends_once(shop: Desk) -> None:
    shop.type(MOVE)

    assert shop.ask("twilio shadow end shop") == {"organisation": "shop", "ended": True}
    for command in ("end", "show"):
        again = shop.type(f"twilio shadow {command} shop")
        assert again.exit_code == 1
        assert "all of its codes are ours" in again.stderr


def test_without_an_account_to_come_from_nothing_is_said_to_be_twilios(
    desk: Desk, shop: Desk
) -> None:
    shop.type(f"{MOVE} --share 5")

    result = desk.type("twilio shadow show shop")

    assert result.exit_code == 1
    assert "[originals.shop]" in result.stderr
    assert "all of its codes are ours" in " ".join(result.stderr.split())


def test_nothing_moves_without_an_account_to_come_from(desk: Desk, shop: Desk) -> None:
    result = desk.type(MOVE)

    assert result.exit_code == 1
    assert "[originals.shop]" in result.stderr


@pytest.mark.parametrize(
    "option", ["--share 101", "--share -1", "--country Austria", "--country UK"]
)
def test_what_cannot_be_is_refused(shop: Desk, option: str) -> None:
    assert shop.type(f"{MOVE} {option}").exit_code == 2
    assert shop.type("twilio shadow show shop").exit_code == 1


def test_a_report_counts_what_is_alike_and_each_kind_of_difference(shop: Desk) -> None:
    begun = Said(201, None, "pending")
    note(
        shop,
        *[(Call.CREATE, begun, begun)] * 3,
        *[(Call.CREATE, begun, Said(403, 60605))] * 2,
        (Call.CHECK, PENDING, PENDING),
        (Call.CHECK, PENDING, GONE),
    )

    said = shop.ask(REPORT)

    assert (said["pairs"], said["alike"], round(said["agreement"], 3)) == (7, 4, 0.571)
    assert said["calls"] == {"create": [3, 5], "check": [1, 2]}
    first, second = said["differences"]
    assert (first["call"], first["times"]) == ("create", 2)
    assert first["theirs"] == {"status": 201, "code": None, "verification": "pending"}
    assert first["ours"] == {"status": 403, "code": 60605, "verification": None}
    assert (second["call"], second["times"], second["ours"]["code"]) == ("check", 1, 20404)


def test_each_difference_comes_with_what_is_behind_it_and_what_to_do(shop: Desk) -> None:
    begun = Said(201, None, "pending")
    note(
        shop,
        *[(Call.CREATE, begun, Said(403, 60605))] * 2,
        (Call.CREATE, begun, Said(404, 20404)),
    )

    country, service = shop.ask(REPORT)["differences"]
    lines = shop.type(REPORT).stdout.splitlines()

    assert (country["advice"], service["advice"]) == ("country", "service")
    assert country["words"] == WORDS[Advice.COUNTRY]
    assert service["words"].endswith("Bring it over with watchword twilio import.")
    assert [line.strip() for line in lines[3::2]] == [country["words"], service["words"]]


@pytest.mark.parametrize("advice", Advice)
def test_every_advice_is_a_sentence_with_nothing_left_to_fill_in(advice: Advice) -> None:
    said = WORDS[advice] % {"import": "this"}

    assert said.endswith(".")
    assert "%" not in said


def test_people_read_the_report(shop: Desk) -> None:
    nothing = shop.type(REPORT).stdout
    note(shop, (Call.CHECK, PENDING, PENDING), (Call.CHECK, PENDING, GONE))

    lines = shop.type(REPORT).stdout.splitlines()

    assert nothing.startswith("Nothing was said for shop")
    assert lines[0] == "2 pairs, 1 alike (50.0 %)."
    assert lines[2].split()[:6] == ["check", "1", "200", "pending", "404", "20404"]
