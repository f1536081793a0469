"""People whose numbers are drawn, and whom nobody knows."""

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from watchword.features.cores.rules import ContactOnFile, Facts
from watchword.foundation.secret import Secret

SSN, ZIP, BORN = "512735596", "46802-8371", date(1985, 3, 7)
MEMBER, ACCOUNT, CARD = "8316402", "0094175530", "5500130974826650"
PHONES = ("+1 260 555 0143", "+1 (317) 555-0168")

ADA = Facts(
    family_name=Secret("Byron"),
    birth_date=BORN,
    ssn=Secret(SSN),
    zip_code=Secret(ZIP),
    phones=tuple(ContactOnFile(Secret(phone)) for phone in PHONES),
    member_number=Secret(MEMBER),
    account_numbers=(Secret(ACCOUNT),),
    card_numbers=(Secret(CARD),),
)


def numbers(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most or least)


def _phones(numbers: Sequence[str]) -> Sequence[ContactOnFile]:
    return tuple(ContactOnFile(Secret(f"+1{number}")) for number in numbers)


MEMBERS = st.builds(
    Facts,
    birth_date=st.dates(date(1920, 1, 1), date(2015, 12, 31)),
    ssn=numbers(9).map(Secret),
    zip_code=st.one_of(numbers(5), st.from_regex(r"[0-9]{5}-[0-9]{4}", fullmatch=True)).map(Secret),
    phones=st.lists(numbers(10), min_size=1, max_size=3).map(_phones),
    member_number=numbers(5, 10).map(Secret),
    account_numbers=st.lists(numbers(8, 12).map(Secret), min_size=1, max_size=2),
    card_numbers=st.lists(numbers(16).map(Secret), min_size=1, max_size=2),
)
