"""A list finds customers by what a file names, counts its rows, and gives nobody's consent."""

import logging
from collections.abc import AsyncIterator

import pytest

from tests.features.audiences.crowd import Crowd
from watchword.features.audiences.lists.rules import ListTooLong, NoColumn, NoList
from watchword.features.audiences.rules import Audience, NameTaken, Tally
from watchword.features.consents.rules import Scope


async def pieces(content: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def brought(crowd: Crowd, content: str | bytes, name: str = "List") -> object:
    raw = content if isinstance(content, bytes) else content.encode()
    return await crowd.services.lists.receive(crowd.caller, name, pieces(raw))


async def test_customers_are_found_by_whatever_names_them(
    crowd: Crowd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada, bea, cleo, dora = [await crowd.come() for _ in range(4)]
    number = bea.card.last_four
    rows = (
        "customer_id;Kartennummer;E-Mail;Mobil;Notiz",
        f"{ada.id};;;;by id",
        f";99{1_000_001};;;by card {number}",
        f";;{cleo.email.address.reveal().upper()};;by mail",
        f";;;{dora.phone.address.reveal().replace('+49', '0')};by telephone",
        f";;{cleo.email.address.reveal()};;once more",
        ";4711-0815;nobody@example.org;;nobody",
        ";;;not a number;nothing to read",
        ";;;;",
    )

    made = await brought(crowd, "\r\n".join(rows).encode("cp1252"))

    assert isinstance(made, Audience)
    assert made.tally == Tally(read=7, found=4, missing=1, twice=1, refused=1, lines=(8,))
    assert {id for id, _ in await crowd.chosen(made.choice, most=2)} == {
        each.id for each in (ada, bea, cleo, dora)
    }
    for each in (ada, bea, cleo, dora):
        assert each.phone.address.reveal() not in caplog.text
        assert each.email.address.reveal() not in caplog.text


async def test_the_first_rows_that_name_nobody_are_told_by_their_lines(crowd: Crowd) -> None:
    rows = ["Mobil;Notiz", ";", *[";nobody"] * 600, '"open;nobody']

    made = await brought(crowd, "\n".join(rows))

    assert isinstance(made, Audience)
    assert made.tally is not None
    assert made.tally.refused == 601
    assert [*made.tally.lines] == [*range(3, 23)]


async def test_a_list_says_how_many_of_it_may_be_written_to(crowd: Crowd) -> None:
    agreed, silent = await crowd.come(), await crowd.come(scopes=())
    made = await brought(crowd, f"id\n{agreed.id}\n{silent.id}\n")
    assert isinstance(made, Audience)

    count = await crowd.services.audiences.count(crowd.caller.organisation.id, made.choice)

    assert (count.customers, count.by(Scope.TEXT)) == (2, 1)
    assert [id for id, _ in await crowd.chosen(made.choice)] == [agreed.id]


async def test_whoever_shares_a_telephone_is_on_the_list_with_the_others(crowd: Crowd) -> None:
    one = await crowd.come()
    await crowd.come()
    made = await brought(crowd, f"phone\n{one.phone.address.reveal()}\n")

    assert isinstance(made, Audience)
    assert made.tally == Tally(read=1, found=1)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"Vorname;Nachname\nAnna;Adler\n", NoColumn()),
        (b"PK\x03\x04 a spreadsheet", NoList()),
        (b"", NoList()),
    ],
)
async def test_a_file_that_names_nobody_is_refused(
    crowd: Crowd, content: bytes, outcome: object
) -> None:
    assert await brought(crowd, content) == outcome


async def test_a_file_that_never_ends_is_refused(crowd: Crowd) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"phone\n" * 200_000

    outcome = await crowd.services.lists.receive(crowd.caller, "Endless", endless())

    assert isinstance(outcome, ListTooLong)


async def test_nothing_is_left_of_a_list_whose_name_is_taken(crowd: Crowd) -> None:
    one = await crowd.come()
    await brought(crowd, f"id\n{one.id}\n")

    assert isinstance(await brought(crowd, f"id\n{one.id}\n"), NameTaken)
    async with crowd.services.storage.reading(crowd.caller.organisation.id) as transaction:
        rows = await transaction.all("select * from audience_members")
    assert len(rows) == 1


async def test_whoever_is_merged_or_forgotten_is_followed(crowd: Crowd) -> None:
    services, whose = crowd.services, crowd.caller.organisation.id
    kept, merged = await crowd.come(), await crowd.come()
    made = await brought(crowd, f"id\n{merged.id}\n")
    assert isinstance(made, Audience)
    await services.customers.merge(crowd.caller, kept.id, merged.id, "one person")
    assert (await services.audiences.count(whose, made.choice)).customers == 1

    async with services.storage.begin(whose) as transaction:
        await services.customers.forget(transaction, crowd.caller, kept.id, "asked for it")

    async with services.storage.reading(whose) as transaction:
        assert await transaction.all("select * from audience_members") == []
