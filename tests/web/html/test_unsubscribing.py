"""Whoever reads a mail unsubscribes by one click, and no program does it for them."""

from typing import Any

import pytest

from tests.web.html.stage import Stage
from tests.whole_house import email
from watchword.features.consents.rules import Agreement, Scope, Shown, Source
from watchword.features.consents.service import said_by
from watchword.features.consents.unsubscribing.links import Whose
from watchword.features.organisations.rules import Organisation

CLICK = {"List-Unsubscribe": "One-Click"}
NEWS = Shown("en", "Offers by e-mail.")


async def link_of(stage: Stage, organisation: Organisation) -> str:
    """Let somebody agree; give the path by which they unsubscribe."""
    services, whose = stage.services, organisation.id
    agreed = Agreement(Scope.EMAIL, Source.FORM, NEWS)
    caller = said_by(organisation, Source.FORM)
    async with services.storage.begin(whose) as transaction:
        await services.consents.consents.give(transaction, caller, email(), agreed)
        id = await services.contacts.known(transaction, whose, email())
    assert id is not None
    url = services.consents.unsubscribing.links.url(Whose(whose, id))
    return url.removeprefix(services.settings.web.public_url)


async def may(stage: Stage, organisation: Organisation) -> bool:
    async with stage.services.storage.reading(organisation.id) as transaction:
        return await stage.services.consents.consents.may_be_sent(
            transaction, organisation.id, email(), Scope.EMAIL
        )


@pytest.mark.parametrize(
    "how",
    [{"data": CLICK}, {"files": {name: (None, said) for name, said in CLICK.items()}}],
    ids=["as a form", "as parts"],
)
async def test_a_mail_program_unsubscribes_without_a_cookie_and_is_led_nowhere(
    stage: Stage, how: dict[str, Any]
) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)

    for _ in range(2):
        reply = await stage.pages.post(path, headers={"Origin": "https://mail.example"}, **how)
        assert reply.status_code == 200
        assert "set-cookie" not in reply.headers

    assert not await may(stage, shop)


async def test_opening_the_address_changes_nothing(stage: Stage) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)

    for method in ("GET", "HEAD", "GET"):
        reply = await stage.pages.request(method, path)
        assert reply.status_code in {200, 405}

    assert await may(stage, shop)


@pytest.mark.parametrize(
    "data", [{}, {"word": ""}, {"word": "test"}, {"word": "don't stop"}, {"List-Unsubscribe": "1"}]
)
async def test_a_program_that_presses_the_button_changes_nothing(
    stage: Stage, data: dict[str, str]
) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)

    reply = await stage.pages.post(path, data=data)

    assert reply.status_code == 422
    assert await may(stage, shop)


@pytest.mark.parametrize("word", ["STOP", "stopp", " Unsubscribe! "])
async def test_a_person_types_a_word(stage: Stage, word: str) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)
    assert 'name="word"' in await stage.read(path)

    reply = await stage.pages.post(path, data={"word": word})

    assert reply.status_code == 200
    assert "No more offers come to this address" in reply.text
    assert "on your telephone, too? Answer one of them with STOP" in reply.text
    assert not await may(stage, shop)


async def test_a_link_that_nobody_made_leads_to_nobody(stage: Stage) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)
    other = path[:-1] + ("A" if path[-1] != "A" else "B")

    for wrong in (other, "/u/x", "/u/" + "A" * 64, "/u/" + "é" * 64):
        assert (await stage.pages.post(wrong, data=CLICK)).status_code == 404
    assert await may(stage, shop)


async def test_whoever_was_forgotten_since_is_told_that_it_is_so(stage: Stage) -> None:
    shop = await stage.found()
    path = await link_of(stage, shop)
    async with stage.services.storage.begin(shop.id) as transaction:
        await transaction.run("delete from contact_points")

    assert (await stage.pages.post(path, data=CLICK)).status_code == 200
