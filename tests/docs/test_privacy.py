"""What the manual says of how long things are kept, and of what stays, is what the data map has."""

from collections.abc import Iterator

from tests.docs.manual import Page, page, passed_off
from watchword.features.privacy.keeping import DAY, Chosen, Keep, periods
from watchword.features.privacy.mapping import Dropped, Emptied, Stays, Table, Term
from watchword.features.privacy.tables import DATA_MAP, OF_PEOPLE

PAGE = "explanation/what-is-kept-and-for-how-long.md"
LENGTHS = periods(Chosen())
WITHOUT_END = {Keep.FOR_GOOD: "for good", Keep.AS_LONG_AS_USED: "as long as it is used"}
SETTINGS = {
    Keep.DELIVERIES: "retention.deliveries_days",
    Keep.CONTACTS: "retention.deliveries_days",
    Keep.ADDRESSES: "retention.addresses_days",
    Keep.EVIDENCE: "retention.evidence_days",
    Keep.TRACES: "abuse.keep_days",
}


def length(term: Term) -> str:
    """Say how long something is kept, as the page does."""
    if term.keep in WITHOUT_END:
        return WITHOUT_END[term.keep]
    days = LENGTHS[term.keep] // DAY
    said = "24 hours" if days == 1 else f"{days} days"
    return f"{said}, `{SETTINGS[term.keep]}`" if term.keep in SETTINGS else said


def what_goes(table: Table, term: Term) -> str:
    if term.keep in WITHOUT_END:
        return "nothing"
    return ", ".join(f"`{name}`" for name in term.empties) if term.empties else "the row"


def terms() -> Iterator[tuple[str, str, str]]:
    for table in DATA_MAP:
        for term in table.terms:
            yield f"`{table.name}`", length(term), what_goes(table, term)


def fate(table: Table) -> str:
    match table.fate:
        case Dropped():
            return "the row goes"
        case Emptied(columns):
            return "emptied: " + ", ".join(f"`{name}`" for name in columns)
        case Stays(because):
            return f"stays, {because}"


def told_terms(one: Page) -> list[tuple[str, str, str]]:
    rows = one.section("Every table").rows
    return [(row[0], row[2], row[3]) for row in rows]


def told_fates(one: Page) -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in one.section("When a person is forgotten").rows}


def test_every_table_is_told_of_with_how_long_it_is_kept() -> None:
    assert told_terms(page(PAGE)) == [*terms()]


def test_it_is_told_what_becomes_of_every_table_that_knows_people() -> None:
    assert told_fates(page(PAGE)) == {table.name: fate(table) for table in OF_PEOPLE}


def test_what_is_left_out_is_found() -> None:
    head = "## Every table\n\n| a | b | c | d |\n| --- | --- | --- | --- |\n"
    text = f"{head}| `x` | y | for good | nothing |\n"

    assert told_terms(passed_off(text)) == [("`x`", "for good", "nothing")]
    assert told_terms(passed_off(text)) != [*terms()]
