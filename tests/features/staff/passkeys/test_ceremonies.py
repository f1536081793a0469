"""What proves a passkey: every part of an answer, and nothing that is put in its place."""

import json
import secrets
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_ins.authenticator import (
    BE,
    UP,
    UV,
    Authenticator,
    Told,
    certified,
    said,
    unwritten,
    written,
)
from watchword.features.staff.passkeys.ceremonies import (
    ANSWER_AT_MOST,
    NewKey,
    Proven,
    Shown,
    ask_for_a_key,
    ask_for_a_new_key,
    judge_new_key,
    judge_shown,
    read_shown,
)
from watchword.features.staff.passkeys.rules import (
    CHALLENGE_BYTES,
    Because,
    Party,
    Passkey,
    PasskeyId,
    Refused,
    handle_of,
)
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import EPOCH
from watchword.foundation.ids import OrganisationId, new_id

PARTY = Party(id="codes.example.org", origin="https://codes.example.org")
HANDLE = handle_of(OrganisationId(new_id()), StaffId(new_id()))
CHALLENGE = secrets.token_bytes(CHALLENGE_BYTES)
NOT_PROVEN = Refused(Because.NOT_PROVEN)

Answer: TypeAlias = dict[str, Any]


def asked_for_new(challenge: bytes = CHALLENGE, known: tuple[Passkey, ...] = ()) -> str:
    return ask_for_a_new_key(
        PARTY, ours="Sonnenhof", name="Ann", handle=HANDLE, challenge=challenge, known=known
    )


def passkey_of(key: NewKey) -> Passkey:
    return Passkey(
        id=PasskeyId(new_id()),
        staff_id=StaffId(new_id()),
        credential_id=key.credential_id,
        public_key=key.public_key,
        count=key.count,
        is_synced=key.is_synced,
        transports=("usb", "quantum"),
        name="Key",
        created_at=EPOCH,
    )


def enrolled(*, is_synced: bool = False) -> tuple[Authenticator, Passkey]:
    device = Authenticator(PARTY.origin, is_synced=is_synced)
    key = judge_new_key(PARTY, CHALLENGE, said(device.make(asked_for_new())))
    assert isinstance(key, NewKey)
    return device, passkey_of(key)


def judged(passkey: Passkey, answer: Answer, handle: bytes = HANDLE) -> Proven | Refused:
    shown = read_shown(said(answer))
    if isinstance(shown, Refused):
        return shown
    return judge_shown(PARTY, CHALLENGE, passkey, handle, shown)


def test_a_key_that_was_made_for_us_is_taken() -> None:
    device = Authenticator(PARTY.origin)

    key = judge_new_key(PARTY, CHALLENGE, said(device.make(asked_for_new())))

    assert isinstance(key, NewKey)
    assert key.credential_id == device.keys[0].id
    assert (key.count, key.is_synced) == (1, False)


@pytest.mark.parametrize("is_synced", [False, True])
def test_whoever_holds_the_key_proves_it(*, is_synced: bool) -> None:
    device, passkey = enrolled(is_synced=is_synced)

    answer = device.show(ask_for_a_key(PARTY, CHALLENGE))

    assert judged(passkey, answer) == Proven(count=2, is_synced=is_synced)


def test_a_browser_is_asked_for_a_key_that_needs_no_name_and_shows_its_holder() -> None:
    _, passkey = enrolled()
    new = json.loads(asked_for_new(known=(passkey,)))
    old = json.loads(ask_for_a_key(PARTY, CHALLENGE))

    assert new["authenticatorSelection"]["residentKey"] == "required"
    assert new["authenticatorSelection"]["userVerification"] == "required"
    assert new["attestation"] == "none"
    assert [each["id"] for each in new["excludeCredentials"]] == [written(passkey.credential_id)]
    assert old["userVerification"] == "required"
    assert not old.get("allowCredentials")
    assert unwritten(new["challenge"]) == unwritten(old["challenge"]) == CHALLENGE


WRONG = {
    "another challenge": Told(challenge=written(secrets.token_bytes(32))),
    "no challenge": Told(challenge=written(b"")),
    "another origin": Told(origin="https://codes.example.com"),
    "an origin below ours": Told(origin="https://evil.codes.example.org"),
    "no TLS": Told(origin="http://codes.example.org"),
    "another port": Told(origin="https://codes.example.org:8443"),
    "another party": Told(rp_id="example.org"),
    "nobody there": Told(flags_off=UP),
    "nobody shown": Told(flags_off=UV),
    "a page around ours": Told(cross_origin=True),
    "a copy where there can be none": Told(flags_on=0x10),
}


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_a_new_key_is_refused_for_anything_that_is_wrong_and_well_signed(told: Told) -> None:
    answer = Authenticator(PARTY.origin).make(asked_for_new(), told)

    assert judge_new_key(PARTY, CHALLENGE, said(answer)) == NOT_PROVEN


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_a_sign_in_is_refused_for_anything_that_is_wrong_and_well_signed(told: Told) -> None:
    device, passkey = enrolled()
    answer = device.show(ask_for_a_key(PARTY, CHALLENGE), told)

    assert judged(passkey, answer) == NOT_PROVEN


def test_an_answer_to_the_one_is_none_to_the_other() -> None:
    device, passkey = enrolled()
    made = Authenticator(PARTY.origin).make(asked_for_new(), Told(kind="webauthn.get"))
    shown = device.show(ask_for_a_key(PARTY, CHALLENGE), Told(kind="webauthn.create"))

    assert judge_new_key(PARTY, CHALLENGE, said(made)) == NOT_PROVEN
    assert judged(passkey, shown) == NOT_PROVEN


@pytest.mark.parametrize("fmt", ["tpm", "apple", "android-key", "fido-u2f", "", "strange"])
def test_certificates_that_nobody_asked_for_are_not_read(fmt: str) -> None:
    answer = Authenticator(PARTY.origin).make(asked_for_new(), Told(fmt=fmt))

    assert judge_new_key(PARTY, CHALLENGE, said(answer)) == NOT_PROVEN


def test_a_certificate_that_is_right_is_not_read_either() -> None:
    """It would make the library parse what a stranger wrote, and prove nothing that we ask for."""
    device = Authenticator(PARTY.origin)
    answer = certified(device, device.make(asked_for_new()))

    assert judge_new_key(PARTY, CHALLENGE, said(answer)) == NOT_PROVEN


@pytest.mark.parametrize("algorithm", [-65535, -35, 0, 7])
def test_a_key_of_another_kind_is_not_taken(algorithm: int) -> None:
    answer = Authenticator(PARTY.origin).make(asked_for_new(), Told(algorithm=algorithm))

    assert judge_new_key(PARTY, CHALLENGE, said(answer)) == NOT_PROVEN


def test_whether_a_key_may_be_copied_is_settled_when_it_is_made() -> None:
    device, passkey = enrolled()
    answer = device.show(ask_for_a_key(PARTY, CHALLENGE), Told(flags_on=BE))

    assert judged(passkey, answer) == NOT_PROVEN


def test_the_key_of_somebody_else_opens_nothing() -> None:
    _, passkey = enrolled()
    other, theirs = enrolled()
    answer = other.show(ask_for_a_key(PARTY, CHALLENGE))
    disguised = {**answer, "id": written(passkey.credential_id)}
    disguised["rawId"] = disguised["id"]

    assert judged(passkey, answer) == NOT_PROVEN
    assert judged(passkey, disguised) == NOT_PROVEN
    assert isinstance(judged(theirs, answer), Proven)


def test_a_key_that_names_somebody_else_or_nobody_is_refused() -> None:
    device, passkey = enrolled()
    answer = device.show(ask_for_a_key(PARTY, CHALLENGE))
    nobody = deepcopy(answer)
    del nobody["response"]["userHandle"]

    assert judged(passkey, answer, handle=bytes(32)) == NOT_PROVEN
    assert judged(passkey, nobody) == NOT_PROVEN


def test_a_key_that_speaks_of_two_keys_is_not_taken() -> None:
    answer = Authenticator(PARTY.origin).make(asked_for_new())
    answer["id"] = answer["rawId"] = written(secrets.token_bytes(32))

    assert judge_new_key(PARTY, CHALLENGE, said(answer)) == NOT_PROVEN


FIELDS = ["clientDataJSON", "authenticatorData", "signature", "userHandle"]
DEVICE, RECORDED = enrolled()
MADE = Authenticator(PARTY.origin).make(asked_for_new())
SHOWN = DEVICE.show(ask_for_a_key(PARTY, CHALLENGE))


@given(data=st.data())
def test_no_byte_of_a_sign_in_can_be_changed(data: st.DataObject) -> None:
    answer = deepcopy(SHOWN)
    name = data.draw(st.sampled_from(FIELDS))
    content = bytearray(unwritten(answer["response"][name]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    answer["response"][name] = written(bytes(content))

    assert isinstance(judged(RECORDED, SHOWN), Proven)
    assert judged(RECORDED, answer) == NOT_PROVEN


@given(data=st.data())
def test_no_byte_of_what_was_said_about_a_new_key_can_be_changed(data: st.DataObject) -> None:
    answer = deepcopy(MADE)
    content = bytearray(unwritten(answer["response"]["clientDataJSON"]))
    kept = json.loads(content)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    answer["response"]["clientDataJSON"] = written(bytes(content))

    judged = judge_new_key(PARTY, CHALLENGE, said(answer))

    # Without a signature, only what is compared counts: the browser vouches for it.
    if isinstance(judged, NewKey):
        changed = json.loads(bytes(content))
        assert {name: changed[name] for name in ("type", "origin")} == {
            name: kept[name] for name in ("type", "origin")
        }
        assert unwritten(changed["challenge"]) == CHALLENGE


NONSENSE: list[Callable[[Answer], object]] = [
    lambda _: "",
    lambda _: "null",
    lambda _: "[]",
    lambda _: "{",
    lambda _: "[" * 11_000,
    lambda answer: {**answer, "type": "password"},
    lambda answer: {**answer, "id": "ü"},
    lambda answer: {**answer, "rawId": "!!!"},
    lambda answer: {**answer, "response": None},
    lambda answer: {**answer, "response": {}},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], 1)},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], "")},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], "AAAA")},
    lambda answer: {**answer, "more": "x" * ANSWER_AT_MOST},
    lambda answer: {**answer, "authenticatorAttachment": "tattoo"},
]


@pytest.mark.parametrize("spoil", NONSENSE)
def test_nonsense_is_refused_and_breaks_nothing(spoil: Callable[[Answer], object]) -> None:
    device, passkey = enrolled()
    made = spoil(Authenticator(PARTY.origin).make(asked_for_new()))
    shown = spoil(device.show(ask_for_a_key(PARTY, CHALLENGE)))

    assert judge_new_key(PARTY, CHALLENGE, _sent(made)) == NOT_PROVEN
    read = read_shown(_sent(shown))
    assert read == NOT_PROVEN or (
        isinstance(read, Shown)
        and judge_shown(PARTY, CHALLENGE, passkey, HANDLE, read) == NOT_PROVEN
    )


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert judge_new_key(PARTY, CHALLENGE, text) == NOT_PROVEN
    assert read_shown(text) == NOT_PROVEN


def test_nothing_of_a_key_shows_in_what_is_printed() -> None:
    _, passkey = enrolled()

    assert written(passkey.credential_id) not in repr(passkey)
    assert "Key" not in repr(passkey).replace("Passkey", "")


def _sent(spoilt: object) -> str:
    return spoilt if isinstance(spoilt, str) else json.dumps(spoilt)
