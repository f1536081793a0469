"""What a sale costs: begun, proven, reserved and committed.

    PYTHONPATH=src:. python bench/tills.py               # 500 sales
    PYTHONPATH=src:. python bench/tills.py --many 2000

Times are CPU of our process for each step, on SQLite, with the commits that make it durable.
"""

import argparse
import logging
import secrets
import time
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import uvloop

from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.redemptions.rules import Redemption
from watchword.features.rewards.rules import Offer, Reward
from watchword.features.tills.rules import NewSession
from watchword.features.tills.verdicts import Asking, Proven
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

WHOLE, WARM = 500, 50
Done = TypeVar("Done")
GATEWAY = {
    "kind": "http",
    "channel": ["sms"],
    "url": "http://127.0.0.1:9/send",
    "body": {"to": "{to}", "text": "{text}"},
}


class Watch:
    """CPU of each step, and how often it was done."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    async def time(self, name: str, step: Awaitable[Done]) -> Done:
        start = time.process_time()
        done = await step
        self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - start
        return done


class Dealt:
    """Draws codes, and knows the last one."""

    def __init__(self) -> None:
        self.code = ""

    def __call__(self, among: int) -> int:
        number = secrets.randbelow(among)
        self.code = str(number).zfill(len(str(among)) - 1)
        return number


async def measure(url: str, many: int) -> None:
    await upgrade(url)
    keyring, dealt = new_keyring(LocalTime().now(), is_throwaway=True), Dealt()
    settings = parse({"database": {"url": url}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, keyring, draw=dealt) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.LIVE, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - it is new
        operator = Operator(name="bench", organisation=organisation)
        offer = Offer(names={"de": "Becher"}, points=60, value=500, currency="EUR")
        reward = await services.rewards.create(operator, offer)
        assert isinstance(reward, Reward)  # noqa: S101 - it can be offered
        phones = [await customer(services, operator, number) for number in range(WARM + many)]
        for phone in phones[:WARM]:
            await sell(services, operator, reward, phone, dealt, Watch())
        watch = Watch()
        for phone in phones[WARM:]:
            await sell(services, operator, reward, phone, dealt, watch)
    for name, spent in watch.spent.items():
        print(f"{name:<10}{spent / many * 1e6:8.0f} µs CPU")
    print(f"{'together':<10}{sum(watch.spent.values()) / many * 1e6:8.0f} µs CPU")


async def customer(services: Services, operator: Operator, number: int) -> Contact:
    phone = read_phone(f"+4917{number * 9973 % 10**9:09d}", "DE")
    assert isinstance(phone, Contact)  # noqa: S101 - it is one
    new = NewCustomer(
        profile=Profile("Ann", f"Example {number}"),
        contacts=(phone,),
        origin=Origin.IMPORT,
        account=NewAccount(points=100),
    )
    await services.customers.create(operator, new)
    return phone


async def sell(  # noqa: PLR0917 - all that a sale needs
    services: Services,
    operator: Operator,
    reward: Reward,
    phone: Contact,
    dealt: Dealt,
    watch: Watch,
) -> None:
    tills, redemptions = services.tills, services.redemptions
    asking = await watch.time("open", tills.open(operator, NewSession(who=phone)))
    assert isinstance(asking, Asking), asking  # noqa: S101 - a code is on its way
    proven = await watch.time("prove", tills.answer(operator, asking.id, dealt.code))
    assert isinstance(proven, Proven), proven  # noqa: S101 - it is the right one
    made = await watch.time("reserve", redemptions.reserve(operator, asking.id, reward.id))
    assert isinstance(made, Redemption), made  # noqa: S101 - there are points enough
    await watch.time("commit", redemptions.commit(operator, made.id, str(made.id)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=WHOLE)
    many = parser.parse_args().many
    set_up_log(level=logging.ERROR)
    with TemporaryDirectory() as folder:
        uvloop.run(measure(f"sqlite:///{Path(folder) / 'bench.db'}", many))


if __name__ == "__main__":
    main()
