"""A shop whose customers take vouchers along, and tills that have no line."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.features.redemptions.counter import enrol
from tests.features.tills.shop import MUG, SET, Shop
from watchword.client.offline import OfflineTill
from watchword.client.voucher_shapes import VoucherKey, VoucherKit, VoucherSettlement, VoucherUse
from watchword.client.vouchers import Bundle
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.rewards.rules import Reward
from watchword.features.staff.permissions import Role
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.features.vouchers.kits.rules import Kit
from watchword.features.vouchers.rules import Voucher, Wish, WishId
from watchword.features.vouchers.service import Taken
from watchword.features.vouchers.settling.rules import Outcome, TakenIn, Use, Verdict
from watchword.features.wallet.rules import Holder
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret


@dataclass
class Stand:
    """One customer with 200 points, a mug for 60, and a location with three tills."""

    shop: Shop
    place: LocationId
    tills: Sequence[NewTerminal]
    customer: Customer
    reward: Reward

    @property
    def whose(self) -> Holder:
        return Holder(self.shop.client.organisation, self.customer.id)

    async def set(self, **said: object) -> None:
        """Change the bounds as another process does: nobody here is told."""
        organisation = self.shop.client.organisation.id
        async with self.shop.services.storage.begin(organisation) as transaction:
            await transaction.run(
                SET,
                whose=str(organisation),
                scope="",
                section=SectionName.OFFLINE,
                content=json.dumps({"offline_vouchers": True, **said}),
            )

    async def take(
        self,
        *,
        reward: Reward | None = None,
        place: LocationId | None = None,
        id: WishId | None = None,
    ) -> Taken:
        wish = Wish(
            id=id or WishId(new_id()),
            customer_id=self.customer.id,
            reward_id=(reward or self.reward).id,
            location_id=place or self.place,
        )
        return await self.shop.services.vouchers.vouchers.take(self.whose, wish)

    async def voucher(self) -> Voucher:
        taken = await self.take()
        assert isinstance(taken, Voucher), taken
        return taken

    def shown(self, voucher: Voucher) -> str:
        organisation = self.shop.client.organisation.id
        token = self.shop.services.vouchers.vouchers.token(organisation, voucher)
        assert token is not None
        return token.reveal()

    async def kit(self, till: NewTerminal) -> VoucherKit:
        kit = await self.shop.services.vouchers.kits.read(self.shop.client, till.credential)
        assert isinstance(kit, Kit), kit
        return as_client_sees(kit)

    async def till(self, folder: Path, which: int = 0, **clocks: object) -> OfflineTill:
        """Give a till that has learned its kit just now."""
        made = OfflineTill(
            folder / f"till-{which}.db",
            now=self.shop.time,
            seconds=lambda: 0.0,
            **clocks,
        )
        made.learn(await self.kit(self.tills[which]))
        return made

    async def settle(self, till: OfflineTill, which: int = 0) -> Sequence[Verdict]:
        """Let a till tell all that it took in."""
        verdicts = list[Verdict]()
        for bundle in till.bundles():
            told = await self.tell(bundle, which)
            till.heard(bundle, as_settled(told))
            verdicts += [each.use.verdict for each in told]
        return verdicts

    async def tell(self, bundle: Bundle, which: int = 0) -> Sequence[Outcome]:
        entries = [TakenIn(Secret(e.voucher), e.taken_at, e.order_id) for e in bundle.vouchers]
        told = await self.shop.services.vouchers.settling.settle(
            self.shop.client, self.tills[which].credential, bundle.sent_at, entries
        )
        assert isinstance(told, list), told
        return told

    async def says(
        self, token: str, which: int = 0, at: datetime | None = None, order: str | None = "2030-1"
    ) -> Use:
        """Let a till of another maker tell of one voucher."""
        now = self.shop.time()
        (told,) = await self.shop.services.vouchers.settling.settle(  # type: ignore[misc]
            self.shop.client,
            self.tills[which].credential,
            now,
            [TakenIn(Secret(token), at or now, order)],
        )
        return told.use

    async def mislay(self, voucher: Voucher) -> None:
        """Lose from the books what was put by for a voucher."""
        whose = self.shop.client.organisation.id
        async with self.shop.services.storage.begin(whose) as transaction:
            await transaction.run(
                "delete from point_transfers where redemption_id = :id", id=str(voucher.id)
            )

    def to(self, moment: datetime) -> None:
        self.shop.time.moment = moment

    def later(self, **span: float) -> None:
        self.shop.time.pass_by(timedelta(**span))


async def stand_of(shop: Shop) -> Stand:
    place = await shop.location("Nord")
    owner = await enrol(shop, "owner", Role.OWNER)
    tills = []
    for name in ("Till 1", "Till 2", "Till 3"):
        till = await shop.services.terminals.register(owner, place, name)
        assert isinstance(till, NewTerminal)
        tills.append(till)
    customer = await shop.customer(points=200)
    made = Stand(shop, place, tills, customer, await shop.reward(MUG))
    await made.set()
    return made


def as_client_sees(kit: Kit) -> VoucherKit:
    return VoucherKit(
        organisation_id=kit.organisation_id,
        terminal_id=kit.terminal_id,
        location_id=kit.location_id,
        issued_at=kit.issued_at,
        ends_at=kit.ends_at,
        count=kit.count,
        value=kit.value,
        keys=tuple(VoucherKey(id=key.id.hex(), public=_base64(key.public)) for key in kit.keys),
    )


def as_settled(told: Sequence[Outcome]) -> VoucherSettlement:
    return VoucherSettlement(
        vouchers=tuple(
            VoucherUse(
                id=each.use.id,
                verdict=each.use.verdict,
                again=each.again,
                voucher_id=each.use.voucher_id,
                loss=each.use.loss,
                is_late=each.use.is_late,
            )
            for each in told
        )
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
