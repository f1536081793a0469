"""Customers and cards by hand: made, moved, and called otherwise, each with a reason."""

from tests.web.console.people import Browser
from tests.web.console.test_cards import LIST, SEEN, caller, card, customer, now, owner, whose
from watchword.features.cards.rules import Card, CardState
from watchword.features.clients.rules import Operator
from watchword.wiring import Services

__all__ = ["caller", "card", "owner"]


async def test_a_card_is_made_by_hand_for_a_customer_who_has_none(
    owner: Browser, services: Services, caller: Operator
) -> None:
    anna = await customer(services, caller)
    reply = await owner.send(f"{LIST}/search", of=LIST, find="Müller")
    found = await owner.read(reply.headers["location"])
    path = f"{LIST}/new?customer={anna.id}"

    wordless = await owner.send(f"{LIST}/new", of=path, customer=str(anna.id))
    made = await owner.send(
        f"{LIST}/new", of=path, customer=str(anna.id), number="0815", reason="Has no telephone."
    )
    again = await owner.send(
        f"{LIST}/new", of=path, customer=str(anna.id), number="08-15", reason="Has no telephone."
    )

    assert f"{LIST}/new?customer={anna.id}" in found
    assert wordless.status_code == again.status_code == 422
    assert made.status_code == 303
    assert "There is a card with this number already" in again.text
    assert "Has no telephone." in await owner.read("/console/ledger")


async def test_a_new_customer_and_their_card_are_made_in_one_go_or_not_at_all(
    owner: Browser, services: Services, card: Card
) -> None:
    path = f"{LIST}/new"
    asked = {
        "family_name": "Ahrens",
        "given_name": "Ole",
        "phone": "0151 23456789",
        "street": "Weg 1",
        "postal_code": "80331",
        "city": "München",
    }

    empty = await owner.read(path)
    taken = await owner.send(path, of=path, **asked, number="4711 0815", reason="At the counter.")
    half = await owner.send(path, of=path, **(asked | {"city": ""}), reason="At the counter.")
    wordless = await owner.send(path, of=path, **asked)
    reply = await owner.send(f"{LIST}/search", of=LIST, find="Ahrens")
    nobody = await owner.read(reply.headers["location"])
    made = await owner.send(path, of=path, **asked, reason="At the counter.")

    # What is typed for the customer stands in their own fields, and nowhere else.
    assert "Typed(" not in empty + half.text
    assert "There is a card with this number already" in taken.text
    assert "Write the whole address" in half.text
    assert (taken.status_code, half.status_code, wordless.status_code) == (422, 422, 422)
    assert "Nobody was found" in nobody
    assert "Ole Ahrens" in await owner.read(made.headers["location"])


async def test_an_address_is_replaced_after_a_move(
    owner: Browser, services: Services, card: Card, caller: Operator
) -> None:
    path = f"{LIST}/{card.id}/edit"
    anna = (await services.cards.register.one(await whose(services), card.id)).customer
    assert anna is not None
    old = next(each for each in anna.contacts if each.kind == "post")
    form = {
        "given_name": "Anna",
        "family_name": "Müller",
        "version": str(anna.version),
        "street": "Neuer Weg 2",
        "postal_code": "10115",
        "city": "Berlin",
    }

    shown = await owner.read(path)
    moved = await owner.send(
        path, of=path, **form, remove=str(old.contact_id), reason="They have moved."
    )

    after = await services.customers.read(await whose(services), anna.id)
    assert all(each.contact.masked in shown for each in anna.contacts)
    assert moved.status_code == 303
    assert old.contact_id not in {each.contact_id for each in after.contacts}
    assert [each.kind for each in after.contacts].count(old.kind) == 1
    assert len(after.contacts) == len(anna.contacts)


async def test_another_name_makes_the_card_unverified_and_the_page_says_so_before(
    owner: Browser, services: Services, card: Card
) -> None:
    path = f"{LIST}/{card.id}"
    await owner.send(f"{path}/confirmations", of=path, means="in_store", compared=SEEN)
    form = await owner.read(f"{path}/edit")
    fields = {"given_name": "Anna", "birth_date": "", "version": "1", "reason": "Has married."}

    nameless = await owner.send(f"{path}/edit", family_name="", **fields)
    wordless = await owner.send(f"{path}/edit", family_name="Schmidt", **fields | {"reason": " "})
    saved = await owner.send(f"{path}/edit", family_name="Schmidt", **fields)
    stale = await owner.send(f"{path}/edit", family_name="Weber", **fields)

    assert "count as not verified" in form
    assert nameless.status_code == wordless.status_code == stale.status_code == 422
    assert saved.status_code == 303
    assert (await now(services, card)).state is CardState.UNVERIFIED
    assert "The name has changed." in await owner.read(path)
    assert "Has married." in await owner.read("/console/ledger")
