"""Customers at the pages of their wallet, in a browser without script."""

from tests.web.console.bare import Bare
from tests.web.joining.garden import MOBILE, Garden
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import Customer
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted

WALLET = "/o/sonnenhof/wallet"


async def ask(garden: Garden, browser: Bare | None = None, **typed: str) -> Bare:
    """Say how one is reached; give the browser on the page that asks for the code."""
    browser = browser or garden.browser()
    await browser.open(WALLET)
    return await browser.press("Send me a code", **(typed or {"mobile": MOBILE}))


async def come_in(garden: Garden, browser: Bare | None = None, **typed: str) -> Bare:
    """Sign in with a code; give the browser on whatever page comes then."""
    browser = await ask(garden, browser, **typed)
    return await browser.press("Go on", code=garden.dealt.latest)


async def sign_up(garden: Garden, browser: Bare | None = None, **typed: str) -> Bare:
    """Do the same as somebody new, and say one's name."""
    browser = await come_in(garden, browser, **typed)
    return await browser.press("Get the card", given_name="Anna", family_name="Müller")


async def known(garden: Garden, *contacts: Contact, **about: object) -> Customer:
    """Make a customer who has shown that all of their contact points are theirs."""
    customer = await garden.customer(*contacts, **about)  # type: ignore[arg-type]
    whose = garden.organisation.id
    async with garden.services.storage.begin(whose) as transaction:
        for each in customer.contacts:
            await garden.services.customers.mark_verified(
                transaction, whose, customer.id, each.contact_id
            )
    return await garden.services.customers.read(whose, customer.id)


async def messages(garden: Garden) -> list[str]:
    """Give the texts of all that waits to be sent, and let it be sent."""
    texts, deliveries = list[str](), garden.services.deliveries
    while queued := await deliveries.claim(SANDBOX, 50):
        for each in queued:
            texts.append((await deliveries.open(each)).text.reveal())
            await deliveries.settle(each, Accepted("SM1"), knows_repeats=True, chance=0.5)
    return texts


def cookie(browser: Bare, name: str = "watchword-wallet-sonnenhof") -> str | None:
    return browser.client.cookies.get(name)
