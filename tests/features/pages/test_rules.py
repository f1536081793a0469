"""What a page may say, and where its buttons may lead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.pages.office import BLOCKS, TERMS
from tests.stores import NOON
from watchword.features.pages.blocks import (
    BLOCKS_AT_MOST,
    PICTURES_AT_MOST,
    TEXT_AT_MOST,
    Block,
    Button,
    Fault,
    Flaw,
    Heading,
    Picture,
    Text,
    is_target,
)
from watchword.features.pages.doubts import DoubtKind, find_doubts
from watchword.features.pages.rules import Around, Terms, find_faults, find_gaps, locale_among


@pytest.mark.parametrize(
    "target",
    [
        "https://shop.example.com",
        "https://shop.example.com/a/b?c=d&e=%20#f",
        "https://Shop.Example.com:443/",
        "https://xn--bcher-kva.de/",
    ],
)
def test_a_button_leads_to_a_named_host_of_the_public_internet(target: str) -> None:
    assert is_target(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "http://shop.example.com/",
        "//shop.example.com/",
        "/wallet",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " https://shop.example.com/",
        "https://shop.example.com/ ",
        "data:text/html,x",
        "https:shop.example.com",
        "https:///shop.example.com",
        "https://ann:secret@shop.example.com/",
        "https://shop.example.com@evil.example/",
        "https://shop.example.com:8443/",
        "https://shop.example.com:/",
        "https://shop.example.com:x/",
        "https://192.0.2.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://localhost/",
        "https://printer.local/",
        "https://core.internal/",
        "https://hidden.onion/",
        "https://shop/",
        "https://shop.example.com./",
        "https://-shop.example.com/",
        "https://bücher.de/",
        "https://shop.example.com\\@evil.example/",
        "https://evil.example\\.shop.example.com/",
        "https://shop.example.com/\n",
        "https://shop.example.com/<script>",
        'https://shop.example.com/"onclick=x',
        "https://shop.example.com/" + "a" * 500,
        "blob:https://shop.example.com/x",
        "intent://shop.example.com/#Intent;end",
    ],
)
def test_and_nowhere_else(target: str) -> None:
    assert not is_target(target)
    terms = replace(TERMS, variants={"en": (Button("x", target),)})
    if target:
        flaws = {each.flaw for each in find_faults(terms, Around())}
        assert Flaw.BAD_TARGET in flaws


def of(*blocks: Block) -> Terms:
    return replace(TERMS, variants={"en": blocks})


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (replace(TERMS, name=" "), Fault(Flaw.BAD_NAME, "name")),
        (replace(TERMS, name="x" * 81), Fault(Flaw.BAD_NAME, "name")),
        (replace(TERMS, zone="Mars/Olympus"), Fault(Flaw.UNKNOWN_ZONE, "zone")),
        (
            replace(TERMS, valid_from=NOON, valid_until=NOON),
            Fault(Flaw.ENDS_FIRST, "valid_until"),
        ),
        (replace(TERMS, variants={"tlh": BLOCKS}), Fault(Flaw.BAD_LANGUAGE, "variants")),
        (of(*[Heading("x")] * (BLOCKS_AT_MOST + 1)), Fault(Flaw.TOO_MANY_BLOCKS, "variants.en")),
        (of(*[Picture()] * (PICTURES_AT_MOST + 1)), Fault(Flaw.TOO_MANY_PICTURES, "variants.en")),
        (of(Text("x" * (TEXT_AT_MOST + 1))), Fault(Flaw.TOO_LONG, "variants.en.1.text")),
        (of(*[Text("x" * TEXT_AT_MOST)] * 6), Fault(Flaw.TOO_LONG, "variants.en")),
        (of(Text("\u202egnirts")), Fault(Flaw.ODD_CHARACTER, "variants.en.1.text")),
        (of(Heading("x"), Text("\0")), Fault(Flaw.ODD_CHARACTER, "variants.en.2.text")),
        (of(Button("a\nb", "")), Fault(Flaw.ODD_CHARACTER, "variants.en.1.label")),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_place(terms: Terms, fault: Fault) -> None:
    assert fault in find_faults(terms, Around())


def test_words_of_all_scripts_and_pictures_of_several_parts_are_kept() -> None:
    assert find_faults(of(Heading("👩‍🌾 Grüße, Ünal, 東京, שלום")), Around()) == ()
    assert find_faults(TERMS, Around()) == ()


def test_what_is_over_already_is_not_published() -> None:
    over = replace(TERMS, valid_until=NOON)

    assert find_gaps(over, NOON) == (Fault(Flaw.IS_OVER, "valid_until"),)
    assert find_gaps(over, NOON - timedelta(seconds=1)) == ()
    assert find_gaps(replace(TERMS, variants={}), NOON) == (Fault(Flaw.NO_LANGUAGE, "variants"),)


def test_what_may_be_meant_so_is_named_by_its_language() -> None:
    found = find_doubts(of(Heading("x")), ["de", "en"], {}, NOON)

    assert [(each.kind, each.locale) for each in found] == [
        (DoubtKind.LANGUAGE_MISSING, "de"),
        (DoubtKind.NO_LEGAL, "en"),
    ]


@pytest.mark.parametrize(
    ("written", "wanted", "shown"),
    [
        (["de", "en"], "de-AT", "de"),
        (["de", "en"], "fr", "en"),
        (["de", "tr"], "fr", "de"),
        ([], "de", None),
    ],
)
def test_the_nearest_language_is_shown(written: list[str], wanted: str, shown: str | None) -> None:
    assert locale_among(written, wanted) == shown
