"""Links lead somewhere, and no page tells of the machine that it was written on."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.manual import DOCS, ROOT, Page, all_pages, faults, for_users, page, passed_off

OF_A_MACHINE = re.compile(
    r"""
      /work\b | /home/ | /root\b | /Users/ | /tmp/ | [A-Z]:\\          # a path of somebody's own
    | pypi\.org | pythonhosted | npmjs | artifactory | \bnexus\b       # a registry
    | \bregistry\. | index-url | find-links
    """,
    re.VERBOSE,
)


def broken_links(one: Page) -> Iterator[str]:
    """Find links to files that are not there, and to headings that the file does not have."""
    for target in one.links:
        parts = urlsplit(target)
        if parts.scheme:
            continue
        path = (one.path.parent / parts.path).resolve() if parts.path else one.path
        is_there = path == one.path or path.exists()
        if not is_there or (parts.fragment and parts.fragment not in _anchors(path, one)):
            yield target


def _anchors(path: Path, one: Page) -> set[str]:
    found = one if path == one.path else Page(path, path.read_text("utf-8"))
    return {*found.anchors}


def of_a_machine(one: Page) -> list[str]:
    return OF_A_MACHINE.findall(one.text)


def test_links_lead_somewhere() -> None:
    assert faults(broken_links, all_pages()) == {}


def test_no_page_tells_of_a_machine_or_a_registry() -> None:
    assert faults(of_a_machine, for_users()) == {}


def test_every_page_of_the_manual_is_on_its_map() -> None:
    leading = {(DOCS / target.partition("#")[0]).resolve() for target in page("README.md").links}

    assert {*DOCS.rglob("*.md")} - leading == {DOCS / "README.md"}


def test_pictures_are_small_and_have_words_for_those_who_do_not_see_them() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((\S+)\)", (ROOT / "README.md").read_text("utf-8"))

    assert pictures
    assert [path for words, path in pictures if len(words) < 40] == []
    assert [path for _, path in pictures if (ROOT / path).stat().st_size > 150_000] == []


@pytest.mark.parametrize(
    "target",
    ["missing.md", "../README.md#no-such-heading", "#nowhere", "settings.md#nowhere", "../x/"],
)
def test_a_broken_link_is_found(target: str) -> None:
    assert [*broken_links(passed_off(f"See [there]({target})."))] == [target]


@pytest.mark.parametrize(
    "target",
    ["settings.md", "../../README.md#try-it", "#here", "https://example.org/#x", "../pictures"],
)
def test_a_good_link_is_right(target: str) -> None:
    assert [*broken_links(passed_off(f"# Here\n\nSee [there]({target})."))] == []


def test_headings_that_are_alike_have_anchors_of_their_own() -> None:
    text = '# `[a.B]` with `kind = "x"`\n\n# One\n\n# One\n'

    assert [*passed_off(text).anchors] == ["ab-with-kind--x", "one", "one-1"]


@pytest.mark.parametrize(
    "text", ["in /home/ann/watchword", "pip install --index-url x", "from https://pypi.org/simple"]
)
def test_a_path_of_a_machine_and_a_registry_are_found(text: str) -> None:
    assert of_a_machine(passed_off(text))
