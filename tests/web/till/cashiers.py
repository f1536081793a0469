"""A shop whose cashiers have no till that we are connected with: they use ours, in a browser."""

from dataclasses import dataclass

import httpx

from tests.features.tills.shop import Shop
from tests.web.console.bare import Bare
from tests.web.console.people import Browser, Office
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import Reward
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant

PHONE, CODE, UNKNOWN = "0170 1234567", "Send the code", "0170 7654321"
LATER = "Not chosen yet"
BOOKED = "The till has booked it"


@dataclass
class Counter:
    """One location, one customer with 100 points, and a mug for 60."""

    shop: Shop
    office: Office
    place: LocationId
    reward: Reward

    @property
    def path(self) -> str:
        return f"/till/{self.place}"

    async def cashier(
        self, role: Role = Role.CLERK, at: LocationId | None = None, browser: Browser | None = None
    ) -> Bare:
        entered = browser or await self.office.enter(role, grants=(Grant(role, at),))
        staff, whose = self.shop.services.staff, self.shop.client.organisation
        await staff.members.speak(Colleague(member=entered.member, organisation=whose), "en")
        staff.sessions.forget()
        pages: httpx.AsyncClient = entered.pages
        pages.follow_redirects = True
        return await Bare(pages).open(self.path)

    async def asking(self, cashier: Bare | None = None, who: str = PHONE) -> Bare:
        cashier = cashier or await self.cashier()
        await cashier.open(self.path)
        await cashier.press(CODE, who=who)
        return await cashier.press(LATER)

    async def named(
        self,
        cashier: Bare | None = None,
        who: str = PHONE,
        reward: Reward | None = None,
        **more: str,
    ) -> Bare:
        """Press the button of a reward on the page that asks what the code is for."""
        cashier = cashier or await self.cashier()
        await cashier.open(self.path)
        await cashier.press(CODE, who=who)
        kept = {name: cashier.field(name) for name in ("token", "nonce", "who", "way")}
        chosen = str((reward or self.reward).id)
        cashier.reply = await cashier.client.post(
            f"{self.path}/sales",
            data={**kept, "reward": chosen, **more},
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
        )
        return cashier

    async def proven(self, cashier: Bare | None = None, who: str = PHONE) -> Bare:
        cashier = await self.asking(cashier, who)
        return await cashier.press("Go on", code=self.shop.dealt.latest)

    async def take(self, cashier: Bare) -> Bare:
        """Press the button of the reward."""
        return await press(cashier, "/redemptions", reward=str(self.reward.id))

    async def put_by(self, cashier: Bare | None = None) -> Bare:
        return await self.take(await self.proven(cashier))

    async def booked(self, cashier: Bare | None = None, order: str = "4711") -> Bare:
        return await (await self.put_by(cashier)).press(BOOKED, order=order)


async def press(cashier: Bare, act: str, **typed: str) -> Bare:
    """Press a button that has more on it than a word."""
    cashier.reply = await cashier.client.post(
        cashier.path + act,
        data={"token": cashier.field("token"), **typed},
        headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
    )
    return cashier
