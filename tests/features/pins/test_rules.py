"""What a new PIN may be. Whoever is refused is told by which rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features.pins.members import ADA, MEMBERS, numbers
from watchword.features.cores.rules import ContactOnFile, Facts
from watchword.features.pins.blocklist.rules import is_common
from watchword.features.pins.rules import (
    LONGEST_EVER,
    NoneDrawn,
    PinRule,
    PinRules,
    RiskAccepted,
    draw_pin,
    find_fault,
    judge,
)
from watchword.foundation.secret import Secret

ACCEPTED = RiskAccepted(by="staff:1", at=datetime(2026, 1, 1, tzinfo=UTC), reason="old telephones")
SIX = PinRules()
SHORT = PinRules(shortest=4, longest=8, legacy=ACCEPTED)
GOOD = "902746"


def broken(pin: str, rules: PinRules = SHORT, *holders: Facts) -> set[PinRule]:
    return {*judge(Secret(pin), rules, holders)}


def derived_from(facts: Facts) -> Iterator[tuple[str, PinRule]]:
    """What a guesser makes of a record: some forty PINs."""
    ssn, born = _of(facts.ssn), facts.birth_date
    yield from [(ssn[-4:], PinRule.SSN_PART), (ssn[:4], PinRule.SSN_PART)]
    yield from [(ssn[3:7], PinRule.SSN_PART), (ssn[-6:], PinRule.SSN_PART)]
    yield from [(ssn[-5:], PinRule.SSN_PART), (ssn[:5], PinRule.SSN_PART)]
    for form in _dates(born or date.min):
        yield form, PinRule.BIRTH_DATE
    place = _of(facts.zip_code)
    yield from [(place[:4], PinRule.ZIP), (place[1:5], PinRule.ZIP), (place[:5], PinRule.ZIP)]
    for phone in facts.phones:
        digits = _of(phone.value)
        yield from [(digits[-4:], PinRule.PHONE), (digits[-6:], PinRule.PHONE)]
        yield from [(digits[-7:], PinRule.PHONE), (digits[1:5], PinRule.PHONE)]
    owned = [
        (_of(facts.member_number), PinRule.MEMBER_NUMBER),
        *((_of(each), PinRule.ACCOUNT_NUMBER) for each in facts.account_numbers),
        *((_of(each), PinRule.CARD_NUMBER) for each in facts.card_numbers),
    ]
    for number, rule in owned:
        yield from [(number[-4:], rule), (number[-6:], rule), (number[:4], rule)]
        yield number[-8:], rule


def _dates(born: date) -> Iterator[str]:
    forms = "%m%d %d%m %Y %m%y %y%m %d%y %y%d %m%d%y %d%m%y %y%m%d %m%Y %Y%m %m%d%Y %d%m%Y %Y%m%d"
    yield from (born.strftime(form) for form in forms.split())
    yield from (f"{born.day}{born.month}{born.year}", f"{born.month}{born.day}{born.year}")


def _of(secret: Secret | None) -> str:
    return "" if secret is None else "".join(filter("0123456789".__contains__, secret.reveal()))


class TestFacts:
    @settings(max_examples=40)
    @given(MEMBERS)
    def test_no_pin_is_made_of_what_is_on_file(self, facts: Facts) -> None:
        derived = [*derived_from(facts)]

        assert len(derived) >= 40
        for pin, rule in derived:
            assert rule in broken(pin, SHORT, facts), rule
            assert rule in broken(pin[::-1], SHORT, facts), f"{rule}, backwards"

    @given(MEMBERS, numbers(1), numbers(1))
    def test_a_longer_pin_does_not_hide_them(self, facts: Facts, first: str, last: str) -> None:
        assert PinRule.SSN_PART in broken(first + _of(facts.ssn)[-4:] + last, SIX, facts)
        assert PinRule.ZIP in broken(first + _of(facts.zip_code)[:5], SIX, facts)
        assert PinRule.PHONE in broken(last + _of(facts.phones[-1].value)[-4:] + first, SIX, facts)

    def test_the_whole_number_is_told_from_a_part_of_it(self) -> None:
        long = replace(SIX, longest=LONGEST_EVER)

        assert PinRule.SSN in broken("512735596", long, ADA)
        assert PinRule.SSN not in broken("735596", long, ADA)

    def test_a_short_number_is_refused_with_zeros_before_it(self) -> None:
        few = Facts(member_number=Secret("0742"))

        assert PinRule.MEMBER_NUMBER in broken("000742", SIX, few)
        assert PinRule.MEMBER_NUMBER in broken("0042", SHORT, Facts(member_number=Secret("42")))

    def test_all_holders_of_a_shared_pin_count(self) -> None:
        joint = Facts(ssn=Secret("900417395"))

        assert broken("7395", SHORT, ADA) == set()
        assert broken("7395", SHORT, ADA, joint) == {PinRule.SSN_PART}

    def test_what_is_not_on_file_refuses_nothing(self) -> None:
        cut = Facts(ssn=Secret("96"), zip_code=Secret(""), phones=(ContactOnFile(Secret("12")),))

        assert broken(GOOD, SIX, Facts(), cut) == set()

    @pytest.mark.parametrize(
        ("rule", "off"),
        [
            (PinRule.SSN_PART, "no_ssn_part"),
            (PinRule.MEMBER_NUMBER, "no_member_number"),
            (PinRule.ACCOUNT_NUMBER, "no_account_number"),
            (PinRule.CARD_NUMBER, "no_card_number"),
            (PinRule.BIRTH_DATE, "no_birth_date"),
            (PinRule.ZIP, "no_zip"),
            (PinRule.PHONE, "no_phone"),
        ],
    )
    def test_each_rule_can_be_switched_off(self, rule: PinRule, off: str) -> None:
        pins = [pin for pin, why in derived_from(ADA) if why is rule]
        laxer = replace(SHORT, **{off: False})  # type: ignore[arg-type]

        assert all(rule not in broken(pin, laxer, ADA) for pin in pins)


class TestShapes:
    @pytest.mark.parametrize("pin", ["1234", "5678", "9876", "8901", "0987", "345678"])
    def test_a_run_is_refused_around_the_dial_too(self, pin: str) -> None:
        assert PinRule.SEQUENTIAL in broken(pin)

    def test_whether_runs_wrap_is_chosen(self) -> None:
        straight = replace(SHORT, sequences_wrap=False)

        assert PinRule.SEQUENTIAL not in broken("8901", straight)
        assert PinRule.SEQUENTIAL in broken("5678", straight)

    def test_repeating_means_one_digit_only_unless_more_is_asked(self) -> None:
        stricter = replace(SHORT, repeats_from=3)

        assert PinRule.REPEATING in broken("2222")
        assert PinRule.REPEATING not in broken("422281")
        assert PinRule.REPEATING in broken("422281", stricter)
        assert PinRule.REPEATING not in broken("422811", stricter)


class TestRefusal:
    def test_names_all_that_is_broken_in_one_order(self) -> None:
        refused = judge(Secret("1111"), SIX, reserved=frozenset({"1111"}), was_used=True)

        assert refused == (
            PinRule.TOO_SHORT,
            PinRule.REPEATING,
            PinRule.USED_BEFORE,
            PinRule.COMMON,
            PinRule.RESERVED,
        )

    @pytest.mark.parametrize("typed", ["", "12*4", "12 456", "١٢٣٤٥٦", "12345²", "abcdef"])
    def test_what_is_no_digit_is_no_pin(self, typed: str) -> None:
        assert judge(Secret(typed), SIX) == (PinRule.DIGITS,)

    @pytest.mark.parametrize(
        ("pin", "rules"),
        [("90274", {PinRule.TOO_SHORT}), ("902746185", {PinRule.TOO_LONG}), (GOOD, set())],
    )
    def test_lengths_hold_for_new_pins(self, pin: str, rules: set[PinRule]) -> None:
        assert broken(pin, SIX) == rules

    def test_the_old_length_is_for_the_prompt_alone(self) -> None:
        once_longer = replace(SIX, old_longest=10)

        assert PinRule.TOO_LONG in broken("9027461853", once_longer)
        assert (SIX.taken_at_most, once_longer.taken_at_most) == (8, 10)


class TestRulesAsSuch:
    def test_ask_for_six_digits_by_themselves(self) -> None:
        assert (SIX.shortest, find_fault(SIX)) == (6, None)

    def test_four_digits_need_somebody_who_accepts_the_risk(self) -> None:
        alone = find_fault(replace(SHORT, legacy=None))
        wordless = find_fault(replace(SHORT, legacy=replace(ACCEPTED, reason=" ")))

        assert alone is not None
        assert wordless is not None
        assert (alone.field, wordless.field) == ("legacy", "legacy")
        assert find_fault(SHORT) is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("shortest", 3), ("longest", 5), ("longest", 13), ("old_longest", 3)),
            *(("repeats_from", 1), ("repeats_from", 9), ("previous", -1), ("previous", 25)),
        ],
    )
    def test_what_cannot_be_is_refused(self, field: str, value: int) -> None:
        fault = find_fault(replace(SIX, **{field: value}))  # type: ignore[arg-type]

        assert fault is not None
        assert fault.field == field


class TestDrawing:
    @settings(max_examples=60)
    @given(MEMBERS, st.randoms(use_true_random=True))
    def test_a_drawn_pin_breaks_no_rule(self, facts: Facts, chance: Random) -> None:
        reserved = frozenset({"0000"})

        def refuses(pin: Secret) -> bool:
            return bool(judge(pin, SHORT, [facts], reserved=reserved))

        pin = draw_pin(SHORT, refuses, chance.randrange)

        assert isinstance(pin, Secret)
        assert judge(pin, SHORT, [facts], reserved=reserved) == ()
        assert not is_common(pin.reveal())

    def test_each_that_is_left_is_as_likely_as_any_other(self) -> None:
        left = {"0042", "5093", "7180"}

        def after(refused: list[int], then: int) -> object:
            numbers = iter([*refused, then])
            drawn = draw_pin(SHORT, lambda pin: pin.reveal() not in left, lambda _: next(numbers))
            return drawn.reveal() if isinstance(drawn, Secret) else None

        assert [after([1, 2, 3] * 300, int(pin)) for pin in sorted(left)] == sorted(left)

    def test_drawing_comes_to_an_end_where_nothing_is_left(self) -> None:
        assert draw_pin(SIX, lambda _: True, lambda _: 7) == NoneDrawn()
