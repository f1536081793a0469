"""Trusted devices: only a key brings one back, and whoever is told of one can say "not me"."""

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.web.console.bare import OWN_FORM, Bare
from tests.web.joining.garden import Garden, email, phone
from tests.web.wallet.holders import WALLET, come_in, cookie, known, messages
from watchword.features.wallet.devices.rules import IN_ALL, UNUSED_FOR, to_be_signed
from watchword.features.wallet.sessions.rules import IDLE, DeviceId
from watchword.foundation.ids import Id

LINK = re.compile(r"/n/[a-z2-7]{12}")


class Key:
    """A key as a browser holds it, and the device that it was trusted as."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.device = ""

    @property
    def public(self) -> bytes:
        public = self.private.public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(self, message: bytes) -> bytes:
        numbers = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(32, "big") for number in numbers)


async def send(browser: Bare, path: str, **fields: str) -> Any:  # noqa: ANN401 - of the page
    headers = {**OWN_FORM, "Accept-Language": "en"}
    return await browser.client.post(f"{WALLET}{path}", data=fields, headers=headers)


async def trust(browser: Bare, key: Key) -> Mapping[str, str]:
    token, public = browser.field("token"), written(key.public)
    reply: Mapping[str, str] = (await send(browser, "/devices", token=token, key=public)).json()
    key.device = reply.get("device", "")
    return reply


async def come_back(garden: Garden, browser: Bare, key: Key, *, origin: str | None = None) -> Bare:
    asked = (await send(browser, "/returns/challenges", device="")).json()
    ours = garden.services.settings.web.public_url
    challenge = bytes.fromhex(asked["challenge"])
    device = DeviceId(Id(key.device))
    message = to_be_signed(origin or ours, "sonnenhof", device, challenge)
    browser.reply = await send(
        browser,
        "/returns",
        device=key.device,
        ticket=asked["ticket"],
        signature=written(key.sign(message)),
    )
    return browser


def written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


async def trusted(garden: Garden) -> tuple[Bare, Key]:
    await garden.card(await known(garden, phone(), email()))
    browser, key = await come_in(garden), Key()
    await trust(browser, key)
    return browser, key


class TestATrustedDevice:
    async def test_comes_back_without_a_code(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        garden.time.pass_by(IDLE)
        assert "Send me a code" in (await browser.open(WALLET)).page

        await come_back(garden, browser, key)

        assert "Anna Müller" in browser.page

    async def test_is_no_copied_cookie(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        thief = garden.browser("203.0.113.9")
        thief.client.cookies.set("watchword-wallet-sonnenhof", cookie(browser) or "")
        assert "Anna Müller" in (await thief.open(WALLET)).page

        garden.time.pass_by(IDLE)
        assert "Send me a code" in (await thief.open(WALLET)).page
        stolen = Key()
        stolen.device = key.device
        await come_back(garden, thief, stolen)
        assert "This device needs a code again" in thief.page

    async def test_signs_for_us_alone_and_once(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        other = garden.browser()
        await come_back(garden, other, key, origin="https://elsewhere.example")
        assert cookie(other) is None

        asked = (await send(browser, "/returns/challenges", device="")).json()
        ours = garden.services.settings.web.public_url
        challenge = bytes.fromhex(asked["challenge"])
        message = to_be_signed(ours, "sonnenhof", DeviceId(Id(key.device)), challenge)
        answer = {
            "device": key.device,
            "ticket": asked["ticket"],
            "signature": written(key.sign(message)),
        }
        await send(other, "/returns", **answer)
        assert cookie(other) is not None
        again = garden.browser()
        await send(again, "/returns", **answer)
        assert cookie(again) is None

    async def test_has_a_minute_to_sign(self, garden: Garden) -> None:
        _, key = await trusted(garden)
        late = garden.browser()
        asked = (await send(late, "/returns/challenges", device="")).json()
        garden.time.pass_by(timedelta(seconds=60))
        ours = garden.services.settings.web.public_url
        device = DeviceId(Id(key.device))
        message = to_be_signed(ours, "sonnenhof", device, bytes.fromhex(asked["challenge"]))
        signed = written(key.sign(message))
        await send(late, "/returns", device=key.device, ticket=asked["ticket"], signature=signed)

        assert cookie(late) is None

    async def test_is_forgotten_unused_and_after_ninety_days(self, garden: Garden) -> None:
        _, key = await trusted(garden)
        for _ in range(IN_ALL // timedelta(days=29)):
            garden.time.pass_by(timedelta(days=29))
            browser = garden.browser()
            await come_back(garden, browser, key)
            assert "Anna Müller" in browser.page
        garden.time.pass_by(timedelta(days=3))
        assert cookie(await come_back(garden, garden.browser(), key)) is None

    async def test_that_nobody_used_for_thirty_days_needs_a_code(self, garden: Garden) -> None:
        _, key = await trusted(garden)
        garden.time.pass_by(UNUSED_FOR)

        assert cookie(await come_back(garden, garden.browser(), key)) is None

    async def test_is_renamed_and_revoked_and_then_signed_out_at_once(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        other = garden.browser()
        await come_back(garden, other, key)

        await browser.open(f"{WALLET}/devices")
        await browser.press("Rename", name="Annas Telefon")
        assert "Annas Telefon" in browser.page
        await browser.press("Rename", name="\u200f")
        assert browser.status == 422
        await browser.open(f"{WALLET}/devices")
        await browser.press("Trust it no more")

        assert "Send me a code" in (await other.open(WALLET)).page
        assert cookie(await come_back(garden, garden.browser(), key)) is None

    async def test_is_trusted_only_after_a_code(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        back = garden.browser()
        await come_back(garden, back, key)
        assert (await trust(back, Key())) == {"problem": "not_trusted"}

        browser = await come_in(garden)
        garden.time.pass_by(timedelta(minutes=10))
        await browser.open(WALLET)
        assert (await trust(browser, Key())) == {"problem": "not_trusted"}

    async def test_has_a_key_of_the_right_kind(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        browser = await come_in(garden)
        token = browser.field("token")

        for key in (b"", b"\x04" + bytes(64), b"\x02" * 33, b"\x04" * 200):
            reply = await send(browser, "/devices", token=token, key=written(key))
            assert (reply.status_code, reply.json()) == (422, {"problem": "bad_key"})

    async def test_goes_with_signing_out(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        await browser.open(WALLET)
        await browser.press("Sign out")

        assert cookie(await come_back(garden, garden.browser(), key)) is None


class TestNotMe:
    async def test_is_told_everywhere_of_a_new_device_and_shuts_all(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone(), email()))
        await messages(garden)
        browser, key = await come_in(garden), Key()
        await trust(browser, key)

        told = [text for text in await messages(garden) if LINK.search(text) and "Gerät" in text]
        assert len(told) == 2
        [link] = {LINK.findall(text)[-1] for text in told}
        somebody = garden.browser("198.51.100.3")
        await somebody.open(link)
        assert "Did you trust a new device?" in somebody.page
        assert "Anna Müller" in (await browser.open(WALLET)).page
        await somebody.press("That was not me \u2013 shut the wallet")

        assert "The wallet is shut" in somebody.page
        assert "Send me a code" in (await browser.open(WALLET)).page
        assert cookie(await come_back(garden, garden.browser(), key)) is None

    async def test_does_nothing_any_more_after_two_weeks(self, garden: Garden) -> None:
        browser, key = await trusted(garden)
        link = LINK.findall((await messages(garden))[-1])[-1]
        garden.time.pass_by(timedelta(days=14))

        somebody = await garden.browser().open(link)

        assert "This message is too old" in somebody.page
        assert cookie(await come_back(garden, browser, key)) is not None
