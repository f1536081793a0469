"""Telephone numbers as most are typed at home: 0171 1234567 in Germany.

The plan of the country decides here as it does in the library, which takes ten times as long, for
it must be ready for everything. What is not plain is none of ours: it is left to the library.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc, PhoneNumberType

PLAIN = re.compile(r"0[1-9][0-9]{0,6}[ /-]?[0-9](?: ?[0-9]){1,12}")
GAPS = str.maketrans("", "", " /-")
ABROAD, AT_HOME = "00", "0"


@dataclass(frozen=True, slots=True)
class HomeNumber:
    dial_code: str
    national: str
    kind: int
    """One of `PhoneNumberType`."""

    def __repr__(self) -> str:
        return "HomeNumber(…)"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What numbers of one kind look like."""

    lengths: frozenset[int]
    written: re.Pattern[str]

    def has(self, national: str) -> bool:
        return len(national) in self.lengths and self.written.fullmatch(national) is not None


@dataclass(frozen=True, slots=True)
class _Plan:
    """How numbers are given out in one country."""

    dial_code: str
    every: _Kind
    special: Sequence[_Kind]
    voip: _Kind
    landline: _Kind
    mobile: _Kind

    def kind_of(self, national: str) -> int | None:
        """Say what a number leads to; nothing, if it is none to write to, or none at all."""
        if not self.every.has(national) or any(kind.has(national) for kind in self.special):
            return None
        if self.voip.has(national):
            return PhoneNumberType.VOIP
        is_landline, is_mobile = self.landline.has(national), self.mobile.has(national)
        if is_landline and is_mobile:
            return PhoneNumberType.FIXED_LINE_OR_MOBILE
        if is_landline:
            return PhoneNumberType.FIXED_LINE
        return PhoneNumberType.MOBILE if is_mobile else None


def read_at_home(typed: str, country: str) -> HomeNumber | None:
    """Read a plain number; nothing, if the library must say what it is."""
    if not PLAIN.fullmatch(typed):
        return None
    plan = _plan_of(country)
    if plan is None:
        return None
    national = typed.translate(GAPS)[len(AT_HOME) :]
    kind = plan.kind_of(national)
    return None if kind is None else HomeNumber(plan.dial_code, national, kind)


@lru_cache(maxsize=300)
def _plan_of(country: str) -> _Plan | None:
    """Give the plan of a country whose numbers at home begin with a zero and nothing else."""
    code = phonenumbers.country_code_for_region(country)
    found = PhoneMetadata.metadata_for_region(country, None)
    if found is None or found.general_desc is None:
        return None
    is_plain = (
        len(phonenumbers.region_codes_for_country_code(code)) == 1
        and found.national_prefix_for_parsing == AT_HOME
        and found.national_prefix_transform_rule is None
        and found.international_prefix == ABROAD
        and not found.same_mobile_and_fixed_line_pattern
    )
    if not is_plain:
        return None
    special = (
        *(found.premium_rate, found.toll_free, found.shared_cost, found.personal_number),
        *(found.pager, found.uan, found.voicemail),
    )
    every = frozenset(found.general_desc.possible_length)
    return _Plan(
        dial_code=f"+{code}",
        every=_kind(found.general_desc, every),
        special=[_kind(each, every) for each in special],
        voip=_kind(found.voip, every),
        landline=_kind(found.fixed_line, every),
        mobile=_kind(found.mobile, every),
    )


def _kind(found: PhoneNumberDesc | None, every: frozenset[int]) -> _Kind:
    """`every`: how long numbers are of which nothing else is said."""
    if found is None or not found.national_number_pattern:
        return _Kind(frozenset(), re.compile(""))
    lengths = frozenset(found.possible_length) or every
    return _Kind(lengths, re.compile(found.national_number_pattern))
