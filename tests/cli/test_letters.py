"""What an operator sees who prints letters on a machine without a console."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.features.letters.post_room import asked_for, home
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Operator
from watchword.features.delivery.routes import FOLDER
from watchword.features.letters.rules import TAG_LENGTH
from watchword.wiring import Services


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop --live")
    return desk


def write(desk: Desk, *names: str) -> None:
    """Ask for letters, and let the folder take them in."""

    async def work(services: Services) -> None:
        organisation = await services.organisations.find("shop")
        operator = Operator(name="ann", organisation=organisation)
        for name in names:
            opened = await services.challenges.open(operator, asked_for(home(name)))
            assert isinstance(opened, Shown), opened
        folder = services.providers[FOLDER]
        for queued in await services.deliveries.claim(FOLDER, 100):
            outcome = await folder.send(await services.deliveries.open(queued))
            await services.deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)

    desk.inside(work)


def released(desk: Desk) -> str:
    batch: str = desk.ask("letters collect shop")["id"]
    desk.ask(f"letters release shop {batch}")
    return batch


def test_letters_go_from_waiting_to_a_file_and_are_gone(shop: Desk, tmp_path: Path) -> None:
    write(shop, "Ann Example", "Bob Example")
    waiting = shop.type("letters list shop").stdout
    batch, parcel = released(shop), tmp_path / "letters.zip"

    done = shop.type(f"letters hand-over shop {batch} --to {parcel} --confirm")

    assert waiting.startswith("2 letters wait.")
    assert done.exit_code == 0
    assert "Nothing of them is kept here." in done.stdout
    names = zipfile.ZipFile(parcel).namelist()
    assert len([name for name in names if name.endswith(".pdf")]) == 2
    assert parcel.stat().st_mode & 0o077 == 0
    assert shop.ask("letters list shop")["waiting"] == 0


def test_where_nothing_waits_there_is_no_batch(shop: Desk) -> None:
    result = shop.type("letters collect shop")

    assert result.exit_code == 1
    assert "No letter waits." in result.stderr


def test_a_file_that_is_there_is_never_written_over(shop: Desk, tmp_path: Path) -> None:
    write(shop, "Ann Example")
    batch, mine = released(shop), tmp_path / "mine.zip"
    mine.write_text("mine")

    result = shop.type(f"letters hand-over shop {batch} --to {mine}")

    assert result.exit_code == 1
    assert mine.read_text() == "mine"


def test_what_is_not_drawn_cannot_be_confirmed(shop: Desk) -> None:
    write(shop, "Ann Example")
    batch = shop.ask("letters collect shop")["id"]

    result = shop.type(f"letters confirm shop {batch}")

    assert result.exit_code == 1
    assert "it is collected" in result.stderr


def test_a_mark_that_no_letter_has_is_said_so(shop: Desk) -> None:
    result = shop.type(f"letters returned shop {'2' * TAG_LENGTH}")

    assert result.exit_code == 1
    assert "No letter has this mark" in result.stderr


def test_nothing_that_is_shown_names_anybody(shop: Desk) -> None:
    write(shop, "Ann Example")

    batch = released(shop)

    assert "Example" not in json.dumps(shop.ask("letters list shop"))
    assert "Example" not in shop.type(f"letters confirm shop {batch}").stdout
