"""PINs of our own are hashes; what the scenarios would match is found behind them all the same."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from tests.features.activation.evidence import CLEAR, NOW, traits
from tests.stores import KEYRING
from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import (
    Basis,
    Evaluation,
    Evidence,
    NotEvaluated,
    PinLooked,
    ProcessKind,
    Scenario,
    WhyNot,
    evaluate,
)
from watchword.features.activation.standings import Stand, Standing, stand
from watchword.features.activation.suspects import NONE_OF_THEM, suspects, without_the_unlisted
from watchword.features.cores.rules import ContactOnFile, Facts, PinMode, PinState
from watchword.features.pins.rules import PinRules
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealed_hashes import SALT_BYTES, Cost, is_kept, keep
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret

MEMBERS = 1000
QUICK = Cost(memory=8, passes=1)
LISTED = (
    *(Scenario.SSN_LAST4, Scenario.ZIP_LAST4, Scenario.ZIP_FIRST4, Scenario.PHONE_LAST4),
    Scenario.REPEATING,
)
SEALER = Sealer(KEYRING.versions(KeyKind.PINS))
PLACE = Place(OrganisationId(new_id()), "kept_pins", "sealed_hash", "nobody")


def evaluated(pin: Secret, basis: Basis, reading: PinLooked) -> Sequence[Evaluation]:
    state = PinState(PinMode.CLEAR, is_set=True, pin=pin)
    evidence = Evidence(
        basis=basis, state=state, established=Established.UNKNOWN, at=NOW, entered=pin
    )
    return evaluate(LISTED, ProcessKind.ACTIVATION, evidence, CLEAR, reading)


def behind(sealed: bytes, listed: Sequence[Secret]) -> Secret:
    return next((pin for pin in listed if is_kept(pin, sealed, SEALER, PLACE)), NONE_OF_THEM)


def drawn(chance: Random) -> tuple[Facts, Secret]:
    """Draw somebody, of whom not everything is on file, and a PIN that is often a default one."""
    digits = "".join(chance.choices("0123456789", k=40))
    facts = Facts(
        ssn=Secret(digits[:9]) if chance.random() < 0.9 else None,
        zip_code=Secret(chance.choice([digits[9:14], f"{digits[9:14]}-{digits[14:18]}", "D-01"])),
        phones=[ContactOnFile(Secret(digits[18:28])), ContactOnFile(Secret(digits[28:38]))][
            : chance.randrange(3)
        ],
    )
    pins = [digits[5:9], digits[9:13], digits[10:14], digits[24:28], digits[38] * 4]
    others = ["".join(chance.choices("0123456789", k=k)) for k in (4, 4, 6)]
    return facts, Secret(chance.choice([*pins, *others, digits[39] * 9]))


def test_a_thousand_members_stand_the_same_behind_hashes_as_in_clear() -> None:
    chance, seen = Random(4), set[Stand]()  # noqa: S311 - members of whom nobody exists
    for _ in range(MEMBERS):
        facts, pin = drawn(chance)
        basis = Basis(holders=[facts], rules=PinRules())
        sealed = keep(pin, chance.randbytes(SALT_BYTES), SEALER, PLACE, QUICK)

        found = evaluated(behind(sealed, suspects(LISTED, basis)), basis, PinLooked.ENTERED)

        oracle = evaluated(pin, basis, PinLooked.STORED)
        assert without_the_unlisted(found, basis) == oracle
        seen.add(stand(found, Established.UNKNOWN, is_set=True))
    assert {each.scenario for each in seen} == {None, *LISTED}
    assert {each.standing for each in seen} == {
        Standing.DEFAULT,
        Standing.OTHER,
        Standing.UNTOLD,
    }


@pytest.mark.parametrize("mode", [PinMode.HASHED, PinMode.ENCRYPTED])
def test_in_a_core_that_shows_none_a_thousand_stand_the_same_by_the_pin_they_type(
    mode: PinMode,
) -> None:
    chance = Random(7)  # noqa: S311 - likewise
    for _ in range(MEMBERS):
        facts, pin = drawn(chance)
        basis = Basis(holders=[facts], rules=PinRules())
        typed = Evidence(
            basis=basis,
            state=PinState(mode, is_set=True),
            established=Established.UNKNOWN,
            at=NOW,
            entered=pin,
        )

        found = evaluate(LISTED, ProcessKind.ACTIVATION, typed, traits(mode), PinLooked.ENTERED)

        assert found == evaluated(pin, basis, PinLooked.STORED)


def test_there_are_few_suspects_and_each_stands_there_once() -> None:
    facts, _ = drawn(Random(1))  # noqa: S311 - likewise
    shared = Basis(holders=[facts, facts], rules=PinRules())

    listed = suspects(LISTED, shared)

    assert len({each.reveal() for each in listed}) == len(listed) <= 100
    assert suspects((Scenario.NO_ACTIVATION, Scenario.CORE_INFO), shared) == []


def test_what_cannot_be_listed_is_not_told() -> None:
    facts, _ = drawn(Random(2))  # noqa: S311 - likewise
    strict = Basis(holders=[facts], rules=replace(PinRules(), repeats_from=3))

    found = without_the_unlisted(evaluated(NONE_OF_THEM, strict, PinLooked.ENTERED), strict)

    assert found[-1] == NotEvaluated(Scenario.REPEATING, WhyNot.PIN_NOT_READABLE)
