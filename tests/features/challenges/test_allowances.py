"""What staff see of the limits of a contact point."""

from datetime import timedelta

import pytest

from tests.stores import NOON, MovableTime
from tests.whole_house import Dealt, asked, phone, shown
from watchword.features.challenges.allowances.rules import Whose, allowances
from watchword.features.challenges.policies import Purpose
from watchword.features.clients.rules import Client
from watchword.features.limits.rules import Allowed, Budget, Disabled, Limits, NotBefore
from watchword.wiring import Services

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class TestReading:
    def test_tells_messages_from_guesses_and_strangers_from_devices(self) -> None:
        budgets = {"open": Budget(), "step_up:open": Budget(), "step_up:1f2e": Budget()}

        found = {(each.purpose, each.whose) for each in allowances(budgets, Limits(), NOON)}

        assert found == {
            (None, Whose.STRANGERS),
            (Purpose.STEP_UP, Whose.STRANGERS),
            (Purpose.STEP_UP, Whose.DEVICE),
        }

    def test_gives_what_is_used_up_first_and_until_when(self) -> None:
        sends = tuple(NOON - MINUTE * each for each in range(5, 0, -1))
        budgets = {"1f2e": Budget(), "open": Budget(sends=sends)}

        first, second = allowances(budgets, Limits(), NOON)

        assert (first.whose, first.used, first.most) == (Whose.STRANGERS, 5, 5)
        assert first.leave == NotBefore(NOON - 5 * MINUTE + HOUR)
        assert second.leave == Allowed()
        assert (first.is_used_up, second.is_used_up) == (True, False)

    def test_of_letters_counts_by_their_own_cap(self) -> None:
        budgets = {"letter": Budget(sends=(NOON - 2 * HOUR, NOON - HOUR))}

        [found] = allowances(budgets, Limits(), NOON)

        assert (found.whose, found.used, found.most) == (Whose.LETTERS, 2, 2)
        assert found.is_used_up

    def test_before_pages_of_campaigns_counts_apart_and_by_its_own_cap(self) -> None:
        sends = tuple(NOON - HOUR * each for each in (4, 3, 2))
        budgets = {"gate:open": Budget(sends=sends), "open": Budget()}

        first, second = allowances(budgets, Limits(), NOON)

        assert (first.purpose, first.whose, first.is_used_up) == (None, Whose.GATE, True)
        assert (second.whose, second.is_used_up) == (Whose.STRANGERS, False)

    def test_that_shut_for_good_says_so(self) -> None:
        [found] = allowances({"step_up:open": Budget(wrong_in_a_row=100)}, Limits(), NOON)

        assert found.leave == Disabled()
        assert found.wrong_in_a_row == 100

    def test_without_a_cap_on_messages_uses_nothing_up(self) -> None:
        budget = Budget(sends=(NOON - MINUTE,) * 50)

        [found] = allowances({"open": budget}, Limits(sends=()), NOON)

        assert (found.used, found.most, found.is_used_up) == (0, 0, False)


class TestLooking:
    @pytest.fixture
    async def guessed(self, services: Services, shop: Client, dealt: Dealt) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        for _ in range(3):
            await services.challenges.answer(shop, challenge.id, dealt.wrong)

    @pytest.mark.usefixtures("guessed")
    async def test_shows_what_was_used_and_changes_nothing(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        id = await services.contacts.find(shop.organisation.id, phone())
        assert id is not None

        found = await services.limits.allowances.look(shop.organisation, id)
        again = await services.limits.allowances.look(shop.organisation, id)

        assert found == again
        assert {(each.purpose, each.used) for each in found} == {
            (None, 1),
            (Purpose.WALLET_SIGNIN, 3),
        }

    @pytest.mark.usefixtures("guessed")
    async def test_shows_nothing_of_others(
        self, services: Services, shop: Client, tester: Client
    ) -> None:
        id = await services.contacts.find(shop.organisation.id, phone())
        assert id is not None

        assert await services.limits.allowances.look(tester.organisation, id) == []
