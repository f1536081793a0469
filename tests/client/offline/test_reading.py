"""What a voucher says is read alike by the house that signs it and a till that nobody tells."""

import base64
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.client.offline.test_till import KEY, NOON, PROMISE, SHOP
from watchword.client.offline.promises import is_signed, read
from watchword.features.vouchers.tokens import Promise
from watchword.features.vouchers.tokens import read as read_by_the_house
from watchword.foundation.secret import Secret


@given(place=st.integers(4, 300), letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_no_letter_can_be_changed(place: int, letter: str) -> None:
    voucher = KEY.write(PROMISE).reveal()
    at = place % len(voucher)
    changed = voucher[:at] + letter + voucher[at + 1 :]
    keys = {KEY.id.hex(): KEY.public}

    written = read(changed)

    is_good = written is not None and is_signed(written, SHOP, keys)
    assert is_good == (changed == voucher)


@given(
    discount=st.none()
    | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64),
    value=st.integers(0, 1_000_000_000),
    seconds=st.integers(0, 10**9),
)
def test_house_and_till_read_alike(discount: str | None, value: int, seconds: int) -> None:
    promise = replace(
        PROMISE,
        id=UUID(int=value + seconds),
        pos_discount_id=discount,
        value=value,
        at_least=value,
        ends_at=NOON + timedelta(seconds=seconds),
    )
    token = KEY.write(promise)

    ours, theirs = read_by_the_house(token), read(token.reveal())

    assert ours is not None
    assert theirs is not None
    assert ours.promise == promise
    assert {name: getattr(theirs.promise, name) for name in Promise.__slots__} == {
        name: getattr(promise, name) for name in Promise.__slots__
    }


@given(
    st.text(max_size=500)
    | st.binary(max_size=300).map(lambda each: "WWV1" + base64.b32encode(each).decode().rstrip("="))
)
def test_whatever_is_scanned_is_read_or_is_nothing(scanned: str) -> None:
    assert (read(scanned) is None) == (read_by_the_house(Secret(scanned)) is None)
