"""No page for customers says by an id whom or what we know: an id tells when it was made."""

import re
from collections.abc import Iterator

import pytest

from tests.house.source import HOUSE

PAGES = HOUSE / "web" / "html" / "templates"
OF_CUSTOMERS = ("gate", "joining", "wallet")
OF_PEOPLE = re.compile(r"\{\{[^}]*\b(?:account|contact|customer|person)_id\b[^}]*\}\}")


def ids_said(page: str) -> Iterator[str]:
    yield from (found[0] for found in OF_PEOPLE.finditer(page))


def test_a_page_for_customers_names_nobody_by_an_id() -> None:
    pages = [page for room in OF_CUSTOMERS for page in sorted((PAGES / room).glob("*.html"))]
    said = {page.name: [*ids_said(page.read_text(encoding="utf-8"))] for page in pages}

    assert len(pages) > 20
    assert {name: ids for name, ids in said.items() if ids} == {}


@pytest.mark.parametrize(
    "page",
    [
        '<input value="{{ each.contact_id }}">',
        "{{ frame.link(base ~ '/contacts/' ~ each.contact_id ~ '/removals') }}",
        "{{ customer_id|string }}",
    ],
)
def test_an_id_on_a_page_is_found(page: str) -> None:
    assert [*ids_said(page)]
    assert not [*ids_said(page.replace("{{", "{%").replace("}}", "%}"))]
