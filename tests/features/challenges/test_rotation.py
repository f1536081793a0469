"""Keys are rotated while servers run: what one has sealed, the others understand at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, asked, new_client, shown
from watchword.features.challenges.verdicts import Verified
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.foundation.keyring import KeyKind, rotated
from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.sealing import KeyAway
from watchword.settings import parse
from watchword.wiring import open_services


async def test_a_server_of_before_the_rotation_serves_what_one_of_after_it_has_sealed(
    migrated: str, time: MovableTime, dealt: Dealt, tmp_path: Path
) -> None:
    file = KeyringFile(tmp_path / "keyring.json")
    file.save(KEYRING)
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, file.load(), now=time, draw=dealt) as before:
        shop = await new_client(before, "shop", Mode.LIVE)
        file.save(rotated(KEYRING, KeyKind, time()))
        async with open_services(settings, file.load(), now=time, draw=dealt) as after:
            challenge = shown(await after.challenges.open(shop, asked()))

            [queued] = await before.deliveries.claim(ProviderName("gateway"), 1)
            assert dealt.latest in (await before.deliveries.open(queued)).text.reveal()
            time.pass_by(timedelta(seconds=30))
            shown(await before.challenges.resend(shop, challenge.id, None))
            answered = await before.challenges.answer(shop, challenge.id, dealt.latest)
            assert answered == Verified()


async def test_without_its_key_an_answer_is_not_called_wrong_but_refused(
    migrated: str, time: MovableTime, dealt: Dealt
) -> None:
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    newer = rotated(KEYRING, [KeyKind.CODES], time())
    async with open_services(settings, newer, now=time, draw=dealt) as after:
        shop = await new_client(after, "shop", Mode.LIVE)
        challenge = shown(await after.challenges.open(shop, asked()))

    async with open_services(settings, KEYRING, now=time, draw=dealt) as before:
        for _ in range(10):
            with pytest.raises(KeyAway):
                await before.challenges.answer(shop, challenge.id, dealt.latest)
        assert (await before.challenges.read(shop, challenge.id)).attempts_left == 5
