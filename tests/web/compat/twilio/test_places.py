"""Whoever has told Twilio's library of a region or an edge has to drop both, and reads so."""

from pathlib import Path

import pytest
from twilio.rest import Client  # type: ignore[import-untyped]

OURS = "https://codes.example.org/twilio/v2/Services"
HOST = "codes.example.org"
DOCS = Path(__file__).parents[4] / "docs"
PAGES = [DOCS / "how-to" / "move-from-twilio.md", DOCS / "reference" / "twilio.md"]
ACCOUNT = "AC" + "0" * 32


def asked(**more: object) -> str:
    """Give the host that the library asks in the place of ours."""
    client = Client(ACCOUNT, "not-used-here", **more)
    client.verify.base_url = OURS.removesuffix("/v2/Services")
    name: str = client.get_hostname(client.verify.v2.absolute_url("/Services"))
    return name.split("/")[2]


def test_without_them_the_library_asks_us() -> None:
    assert asked(environment={"SOMETHING": "else"}) == HOST


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ({"region": "ie1"}, "codes.ie1.example.org"),
        ({"edge": "dublin"}, "codes.dublin.us1.example.org"),
        ({"environment": {"TWILIO_REGION": "ie1"}}, "codes.ie1.example.org"),
        ({"environment": {"TWILIO_EDGE": "dublin"}}, "codes.dublin.us1.example.org"),
    ],
    ids=["region", "edge", "region around it", "edge around it"],
)
def test_with_either_it_asks_somebody_else_and_the_manual_says_whom(
    given: dict[str, object], host: str
) -> None:
    assert asked(**given) == host
    assert host in PAGES[1].read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_both_pages_say_what_to_drop(page: Path) -> None:
    said = page.read_text()

    for name in ("`region`", "`edge`", "TWILIO_REGION", "TWILIO_EDGE", "codes.ie1.example.org"):
        assert name in said
    assert "rop `region` and `edge`" in said or "Drop both" in said
