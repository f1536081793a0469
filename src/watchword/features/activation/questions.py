"""What a caller can be asked, how it is typed, and what it shows if it fits.

What many know shows little, so a profile that asks for knowledge alone is refused unless somebody
accepts that. From which number somebody calls shows nothing, and is no question.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from watchword.features.activation import answers
from watchword.features.activation.answers import DateOrder
from watchword.features.activation.dialogue.steps import DIGITS_AT_MOST, Ask
from watchword.features.cores.rules import Capability, CoreTraits, Facts, FindBy
from watchword.foundation.secret import Secret

LETTERS_AT_MOST = 8
LICENCE_AT_LEAST, LICENCE_AT_MOST = 4, 8
USUAL_LETTERS = 4


class Question(StrEnum):
    """Names of questions. The prompts are called after them, and they go into exports."""

    MEMBER_NUMBER = "member_number"
    ACCOUNT_NUMBER = "account_number"
    LOGIN_ID = "login_id"
    CARD_NUMBER = "card_number"
    TAX_ID = "tax_id"
    PHONE = "phone"
    PIN = "pin"
    SSN = "ssn"
    SSN_LAST4 = "ssn_last4"
    BIRTH_DATE = "birth_date"
    ZIP = "zip"
    MOTHERS_MAIDEN_NAME = "mothers_maiden_name"
    LAST_NAME_LETTERS = "last_name_letters"
    HOUSE_NUMBER = "house_number"
    CARD_LAST4 = "card_last4"
    PHONE_ON_FILE = "phone_on_file"
    LAST_DEPOSIT = "last_deposit"
    DRIVING_LICENCE = "driving_licence"
    CODE_WORD = "code_word"
    CODE = "code"


class Strength(StrEnum):
    """What a right answer shows."""

    NAMES = "names"
    """Who is meant, and nothing else."""
    KNOWLEDGE = "knowledge"
    POSSESSION = "possession"
    """The caller has what is on file: a telephone, a mailbox, a letter."""


class JudgedBy(StrEnum):
    FACTS = "facts"
    """Compared here, with what the core knows."""
    CORE = "core"
    CODES = "codes"
    """A one-time code of ours."""


class Part(StrEnum):
    """Which part of a driver's licence is asked for."""

    DIGITS = "digits"
    LAST = "last"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a profile has it. `count`: letters of a last name, or last digits of a
    licence; `part`: of a licence."""

    question: Question
    count: int | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is typed where the caller is: dates by the language, telephones by the country."""

    dates: DateOrder
    country: str


class Fit(StrEnum):
    FITS = "fits"
    DOES_NOT = "does_not"
    NOT_ON_FILE = "not_on_file"
    """Nothing can be right. The caller hears the same as if it were wrong."""


Right: TypeAlias = Callable[[Asked, Facts, Manner], frozenset[str]]
Read: TypeAlias = Callable[[str, Facts, Manner], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A line of the catalogue. `right` gives all answers that are right, of the core's facts;
    `read` what was typed."""

    least: int
    most: int
    strength: Strength = Strength.KNOWLEDGE
    judged_by: JudgedBy = JudgedBy.FACTS
    find_by: FindBy | None = None
    takes_star: bool = False
    right: Right = lambda asked, facts, manner: frozenset()
    read: Read = lambda typed, facts, manner: frozenset({typed})


def ask_of(asked: Asked) -> Ask:
    """Say how a question is asked."""
    entry = CATALOGUE[asked.question]
    ask = Ask(asked.question, entry.least, entry.most, takes_star=entry.takes_star)
    match asked:
        case Asked(Question.LAST_NAME_LETTERS, 1):
            return replace(ask, most=1, prompt="ask_last_name_letter")
        case Asked(Question.LAST_NAME_LETTERS, count):
            letters = count or USUAL_LETTERS
            return replace(ask, most=letters, words=(("count", str(letters)),))
        case Asked(Question.DRIVING_LICENCE, int(count), Part.LAST):
            last, words = "ask_driving_licence_last", (("count", str(count)),)
            return replace(ask, least=count, most=count, prompt=last, words=words)
        case Asked(Question.DRIVING_LICENCE, part=Part.WHOLE):
            return replace(ask, prompt="ask_driving_licence_whole")
        case _:
            return ask


def compare(asked: Asked, typed: Secret, facts: Facts, manner: Manner) -> Fit:
    """Compare what somebody typed with what is on file; with nothing on file, as well."""
    entry = CATALOGUE[asked.question]
    right = entry.right(asked, facts, manner)
    read = entry.read(typed.reveal(), facts, manner)
    fits = False
    for each in sorted(right):
        for answer in sorted(read):
            fits |= hmac.compare_digest(each.encode(), answer.encode())
    if fits:
        return Fit.FITS
    return Fit.DOES_NOT if right else Fit.NOT_ON_FILE


def can_be_asked(asked: Asked, traits: CoreTraits) -> bool:
    """Say whether a core can find somebody by it, or judge it. Facts may be missing of anybody."""
    entry = CATALOGUE[asked.question]
    if entry.find_by is not None:
        return entry.find_by in traits.finds_by
    return entry.judged_by is not JudgedBy.CORE or traits.can(Capability.VERIFY_PIN)


def find_fault(asked: Asked) -> str | None:
    """Say what is wrong with the options of a question; nothing, if nothing is."""
    if asked.part is not None and asked.question is not Question.DRIVING_LICENCE:
        return "Only a driver's licence has parts."
    counted = asked.question if asked.part in (None, Part.LAST) else None
    if asked.count is None:
        lacks = asked.part is Part.LAST
        return "It is not said how many digits are asked for." if lacks else None
    if counted is Question.LAST_NAME_LETTERS:
        is_right = 1 <= asked.count <= LETTERS_AT_MOST
        return None if is_right else f"Between 1 and {LETTERS_AT_MOST} letters are asked for."
    if counted is Question.DRIVING_LICENCE and asked.part is Part.LAST:
        is_right = LICENCE_AT_LEAST <= asked.count <= LICENCE_AT_MOST
        return None if is_right else "Between 4 and 8 digits are asked for."
    return "Nothing is counted in this question."


CATALOGUE: Final[Mapping[Question, CatalogueEntry]] = {
    Question.MEMBER_NUMBER: CatalogueEntry(
        least=1,
        most=16,
        strength=Strength.NAMES,
        find_by=FindBy.MEMBER_NUMBER,
        right=lambda asked, facts, manner: answers.without_zeros(
            answers.exact([facts.member_number])
        ),
        read=lambda typed, facts, manner: answers.without_zeros([typed]),
    ),
    Question.ACCOUNT_NUMBER: CatalogueEntry(
        least=1,
        most=20,
        strength=Strength.NAMES,
        find_by=FindBy.ACCOUNT_NUMBER,
        right=lambda asked, facts, manner: answers.without_zeros(
            answers.exact(facts.account_numbers)
        ),
        read=lambda typed, facts, manner: answers.without_zeros([typed]),
    ),
    Question.LOGIN_ID: CatalogueEntry(
        least=1, most=20, strength=Strength.NAMES, find_by=FindBy.LOGIN_ID
    ),
    Question.CARD_NUMBER: CatalogueEntry(
        least=12,
        most=19,
        strength=Strength.NAMES,
        find_by=FindBy.CARD_NUMBER,
        right=lambda asked, facts, manner: answers.exact(facts.card_numbers),
    ),
    Question.TAX_ID: CatalogueEntry(
        least=9,
        most=9,
        strength=Strength.NAMES,
        find_by=FindBy.TAX_ID,
        right=lambda asked, facts, manner: answers.ssn(facts),
    ),
    Question.PHONE: CatalogueEntry(
        least=4,
        most=15,
        strength=Strength.NAMES,
        find_by=FindBy.PHONE,
        right=lambda asked, facts, manner: answers.phones(facts, manner.country),
        read=lambda typed, facts, manner: answers.read_phone(typed, manner.country),
    ),
    Question.PIN: CatalogueEntry(least=4, most=12, judged_by=JudgedBy.CORE),
    Question.SSN: CatalogueEntry(
        least=9, most=9, right=lambda asked, facts, manner: answers.ssn(facts)
    ),
    Question.SSN_LAST4: CatalogueEntry(
        least=4,
        most=4,
        right=lambda asked, facts, manner: answers.last_of(answers.ssn(facts)),
    ),
    Question.BIRTH_DATE: CatalogueEntry(
        least=8,
        most=8,
        right=lambda asked, facts, manner: answers.birth_date(facts),
        read=lambda typed, facts, manner: answers.read_date(typed, manner.dates),
    ),
    Question.ZIP: CatalogueEntry(
        least=3,
        most=9,
        right=lambda asked, facts, manner: answers.zip_code(facts),
        read=lambda typed, facts, manner: answers.read_zip(typed, facts),
    ),
    Question.MOTHERS_MAIDEN_NAME: CatalogueEntry(
        least=2,
        most=DIGITS_AT_MOST,
        right=lambda asked, facts, manner: answers.name(facts.mothers_maiden_name),
    ),
    Question.LAST_NAME_LETTERS: CatalogueEntry(
        least=1,
        most=LETTERS_AT_MOST,
        right=lambda asked, facts, manner: answers.beginnings(
            facts.family_name, asked.count or USUAL_LETTERS
        ),
    ),
    Question.HOUSE_NUMBER: CatalogueEntry(
        least=1,
        most=8,
        right=lambda asked, facts, manner: answers.house_number(facts),
    ),
    Question.CARD_LAST4: CatalogueEntry(
        least=4,
        most=4,
        right=lambda asked, facts, manner: answers.last_of(answers.exact(facts.card_numbers)),
    ),
    Question.PHONE_ON_FILE: CatalogueEntry(
        least=4,
        most=15,
        right=lambda asked, facts, manner: answers.phones(facts, manner.country),
        read=lambda typed, facts, manner: answers.read_phone(typed, manner.country),
    ),
    Question.LAST_DEPOSIT: CatalogueEntry(
        least=1,
        most=12,
        takes_star=True,
        right=lambda asked, facts, manner: answers.last_deposit(facts),
        read=lambda typed, facts, manner: answers.read_amount(typed),
    ),
    Question.DRIVING_LICENCE: CatalogueEntry(
        least=1,
        most=20,
        right=lambda asked, facts, manner: answers.licence(
            facts,
            asked.count if asked.part is Part.LAST else None,
            whole=asked.part is Part.WHOLE,
        ),
    ),
    Question.CODE_WORD: CatalogueEntry(
        least=2,
        most=DIGITS_AT_MOST,
        right=lambda asked, facts, manner: answers.name(facts.code_word),
    ),
    Question.CODE: CatalogueEntry(
        least=4, most=10, strength=Strength.POSSESSION, judged_by=JudgedBy.CODES
    ),
}
