"""What an operator sees who takes services over from Twilio."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.cli.desk import Desk
from tests.contracts.twilio.description import SPECS, validate
from tests.not_tested import not_tested
from tests.stand_ins.twilio_verify import (
    ACCOUNT,
    TOKEN,
    TwilioAccount,
    bucket,
    messaging,
    rate_limit,
    running_account,
    service,
)
from watchword.features.clients.rules import Operator
from watchword.features.schemes.meters.rules import Bound, Meter
from watchword.features.schemes.rules import Scheme, SchemeId
from watchword.features.schemes.senders.rules import Sender
from watchword.features.schemes.takeovers.rules import Why
from watchword.foundation.ids import Id
from watchword.wiring import Services

FILE = SPECS / "twilio" / "twilio_verify_v2.json"
SHOP, BANK, CLUB = ("/v2/Services/VA" + letter * 32 for letter in "123")
IMPORT = "twilio import shop --base-url {url} {more}"


@pytest.fixture
def account() -> Iterator[TwilioAccount]:
    with running_account() as account:
        account.add(
            "/v2/Services",
            service("1", "My Shop", code_length=4, custom_code_enabled=True),
            service("2", "My Bank", psd2_enabled=True, lookup_enabled=True),
            service("3", "My Club"),
        )
        account.add(f"{SHOP}/RateLimits", rate_limit("4", "end_user_ip", "Of who asks"))
        account.add(
            f"{SHOP}/RateLimits/RK{'4' * 32}/Buckets",
            *(bucket("5", 3, 60), bucket("6", 10, 3600), bucket("7", 5000, 7200)),
        )
        account.add(f"{BANK}/MessagingConfigurations", messaging("DE", "8"))
        account.add(f"{BANK}/Webhooks", {"sid": "YW" + "9" * 32})
        account.add("/v2/Templates", {"sid": "HJ" + "0" * 32})
        yield account


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    said = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    return Desk(desk.folder, desk.url, environment={**desk.environment, **said})


def take(shop: Desk, account: TwilioAccount, more: str = "") -> Any:  # noqa: ANN401 - JSON
    return shop.ask(IMPORT.format(url=account.url, more=more))


def here(shop: Desk, letter: str) -> Any:  # noqa: ANN401 - what there is of a scheme
    id = SchemeId(Id(int=UUID(letter * 32).int))

    async def look(
        services: Services,
    ) -> tuple[Scheme | None, list[Meter], list[Bound], list[Sender]]:
        operator = Operator(name="test", organisation=await services.organisations.find("shop"))
        schemes = services.schemes
        meters = [*await schemes.meters.of(operator, id)]
        bounds = [
            bound
            for meter in meters
            for bound in await schemes.meters.bounds_of(operator, id, meter.id) or ()
        ]
        senders = [*await schemes.senders.of(operator, id)]
        return await schemes.schemes.find(operator, id), meters, bounds, senders

    return shop.inside(look)


def test_services_come_over_under_the_sids_that_they_have(
    shop: Desk, account: TwilioAccount
) -> None:
    said = take(shop, account)

    scheme, [meter], bounds, _ = here(shop, "1")
    bank, _, _, [sender] = here(shop, "2")
    assert (scheme.name, scheme.manner.code_length) == ("My Shop", 4)
    assert scheme.manner.custom_code_enabled
    assert (meter.id.hex, meter.name, meter.description) == ("4" * 32, "end_user_ip", "Of who asks")
    assert [(each.id.hex[0], each.most, each.seconds) for each in bounds] == [
        ("5", 3, 60),
        ("6", 10, 3600),
    ]
    assert bank.manner.psd2_enabled
    assert (sender.country, sender.service_sid) == ("DE", "MG" + "8" * 32)
    assert {name: said[name]["new"] for name in ("services", "rate_limits", "buckets")} == {
        "services": 3,
        "rate_limits": 1,
        "buckets": 2,
    }


def test_a_service_whose_name_cannot_be_one_here_stays_and_the_others_come(
    shop: Desk, account: TwilioAccount
) -> None:
    account.add("/v2/Services", service("a", "shop.example/win"), service("b", "My Farm"))

    said = take(shop, account)

    refused = [each for each in said["left"] if each["service_sid"] == "VA" + "a" * 32]
    assert [(each["what"], each["why"]) for each in refused] == [("the service", Why.NO_NAME)]
    assert here(shop, "a")[0] is None
    assert here(shop, "b")[0].name == "My Farm"
    assert said["services"]["new"] == 4


@pytest.mark.parametrize(("told", "taken", "why"), [(99, 10, Why.TOO_LONG), (3, 4, Why.TOO_SHORT)])
def test_codes_of_a_length_that_none_have_here_get_the_nearest_and_the_rest_comes(
    shop: Desk, account: TwilioAccount, told: int, taken: int, why: Why
) -> None:
    account.lists["/v2/Services"][0]["code_length"] = told

    said, again = take(shop, account), take(shop, account)

    scheme, [meter], _, _ = here(shop, "1")
    assert (scheme.manner.code_length, meter.name) == (taken, "end_user_ip")
    assert scheme.manner.custom_code_enabled
    assert said["services"] == {"new": 3, "changed": 0}
    assert said["left"][0] == {
        "service_sid": "VA" + "1" * 32,
        "what": f"the length of codes, {told}",
        "why": why,
    }
    assert (again["services"], again["left"]) == ({"new": 0, "changed": 0}, said["left"])


def test_what_does_not_come_over_is_said(shop: Desk, account: TwilioAccount) -> None:
    said = take(shop, account)

    assert [(each["service_sid"][2], each["what"].partition(":")[0]) for each in said["left"]] == [
        ("1", "5000 in 7200 s by the rate limit end_user_ip"),
        ("2", "the look-up of carriers"),
        ("2", "the choice of a messaging service by country"),
        ("2", "webhooks"),
    ]
    assert said["templates"] == 1
    assert len(said["notes"]) == 2


def test_again_makes_nothing_twice(shop: Desk, account: TwilioAccount) -> None:
    take(shop, account)
    before = [here(shop, letter) for letter in "123"]

    said = take(shop, account)

    assert [here(shop, letter) for letter in "123"] == before
    assert all(said[name] == {"new": 0, "changed": 0} for name in ("services", "buckets"))
    assert said["same"] == 7


def test_what_was_changed_there_is_changed_here_and_what_is_here_alone_stays(
    shop: Desk, account: TwilioAccount
) -> None:
    take(shop, account)
    account.lists["/v2/Services"][0]["friendly_name"] = "My Other Shop"
    account.lists["/v2/Services"].pop(1)
    account.lists[f"{SHOP}/RateLimits/RK{'4' * 32}/Buckets"][0]["max"] = 4

    said = take(shop, account)

    scheme, _, [first, _], _ = here(shop, "1")
    assert (scheme.name, first.most) == ("My Other Shop", 4)
    assert said["services"] == {"new": 0, "changed": 1}
    assert said["buckets"] == {"new": 0, "changed": 1}
    assert here(shop, "2")[0] is not None


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Desk, account: TwilioAccount) -> None:
    tried = take(shop, account, "--dry-run")
    written = here(shop, "1")[0]
    done = take(shop, account)

    assert tried.pop("dry_run")
    assert not done.pop("dry_run")
    assert tried == done
    assert written is None


def test_all_pages_are_read_and_the_secret_goes_nowhere_else(
    shop: Desk, account: TwilioAccount
) -> None:
    """The pages name Twilio's own host, as they do there; here it is another one."""
    account.add("/v2/Services", *(service(letter, f"Shop {letter}") for letter in "abcdef"))

    said = take(shop, account)

    assert said["services"]["new"] == 9
    assert sum(each.startswith("/v2/Services?") for each in account.asked) == 5


@pytest.mark.parametrize("way", ["@{host}/v2/Services", "http:@{host}/v2/Services"])
def test_no_page_leads_the_secret_to_another_host(
    shop: Desk, account: TwilioAccount, way: str
) -> None:
    account.add("/v2/Services", service("f", "Shop f"))
    with running_account() as stranger:
        account.leads_to = way.format(host=stranger.url.removeprefix("http://"))
        result = shop.type(IMPORT.format(url=account.url, more=""))

    assert result.exit_code == 1
    assert "address that is none" in result.stderr
    assert stranger.asked == []


def test_whoever_is_busy_is_asked_again(shop: Desk, account: TwilioAccount) -> None:
    account.busy = 1

    assert take(shop, account)["services"]["new"] == 3


def test_pages_that_turn_in_circles_end(shop: Desk, account: TwilioAccount) -> None:
    account.turns_in_circles = True

    result = shop.type(IMPORT.format(url=account.url, more=""))

    assert result.exit_code == 1
    assert "has no end" in result.stderr


def test_a_token_that_is_not_good_is_told_and_not_shown(shop: Desk, account: TwilioAccount) -> None:
    stranger = Desk(shop.folder, shop.url, environment={"TWILIO_ACCOUNT_SID": ACCOUNT})

    result = stranger.type(IMPORT.format(url=account.url, more=""), stdin="not-the-token\n")

    assert result.exit_code == 1
    assert "is not let in" in result.stderr
    assert "not-the-token" not in result.output


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"sid": "VAx"}, "sid"),
        ({"friendly_name": None}, "friendly_name"),
        ({"code_length": "six"}, "code_length"),
        ({"push": []}, "push"),
    ],
)
def test_what_cannot_be_read_ends_it_with_words(
    shop: Desk, account: TwilioAccount, row: dict[str, Any], said: str
) -> None:
    account.lists["/v2/Services"][0].update(row)

    result = shop.type(IMPORT.format(url=account.url, more=""))

    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize("of", [bucket("8", 0, 60), bucket("8", 3, -60)])
def test_a_rate_limit_of_nothing_ends_it_with_words(
    shop: Desk, account: TwilioAccount, of: dict[str, Any]
) -> None:
    """Under one of none in a while, every asking would be a fault."""
    account.add(f"{SHOP}/RateLimits/RK{'4' * 32}/Buckets", of)

    result = shop.type(IMPORT.format(url=account.url, more=""))

    assert result.exit_code == 1
    assert "is not read" in result.stderr


@pytest.mark.parametrize(
    "more", ["--base-url http://verify.example", "--account-sid 4711", "--base-url nothing"]
)
def test_an_address_or_an_account_that_is_none_is_refused_first(
    shop: Desk, account: TwilioAccount, more: str
) -> None:
    result = shop.type(IMPORT.format(url=account.url, more=more))

    assert result.exit_code == 2
    assert account.asked == []


def test_nobody_there_is_told(shop: Desk) -> None:
    result = shop.type(IMPORT.format(url="http://127.0.0.1:9", more=""))

    assert result.exit_code == 1
    assert "cannot be reached: connection refused" in result.stderr


def test_people_read_what_was_done(shop: Desk, account: TwilioAccount) -> None:
    result = shop.type(IMPORT.format(url=account.url, more="--dry-run"))

    assert result.stdout.startswith("Nothing is written")
    assert "Services: 3 new, 0 changed." in result.stdout
    assert f"VA{'2' * 32}: the look-up of carriers: it is kept" in result.stdout


def test_the_stand_in_says_what_twilio_is_described_to_say() -> None:
    if not FILE.exists():
        not_tested(f"the stand-in for Twilio, as {FILE} is missing", "WATCHWORD_SPECS=folder")
    spec = msgspec.json.decode(FILE.read_bytes(), type=dict[str, Any])
    shapes = spec["components"]["schemas"]

    for kind, row in (
        ("verify.v2.service", service("1", "My Shop")),
        ("verify.v2.service.rate_limit", rate_limit("4", "ip")),
        ("verify.v2.service.rate_limit.bucket", bucket("5", 3, 60)),
        ("verify.v2.service.messaging_configuration", messaging("DE", "8")),
    ):
        fields = shapes[kind]["properties"]
        assert row.keys() <= fields.keys()
        for name, value in row.items():
            if value is None:
                assert fields[name]["nullable"]
            else:
                validate(spec, fields[name], value)
    assert service("1", "My Shop").keys() == shapes["verify.v2.service"]["properties"].keys()
