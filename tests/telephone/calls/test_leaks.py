"""What callers have typed is found wherever it stands, and nothing else is taken for it."""

import pytest

from tests.telephone.calls.leaks import leaked

TYPED = ("830274", "6789")
KEYS = "[Nov 22 23:40:22] DTMF[65][C-02] channel.c: DTMF end '{}' received on PJSIP/{}, duration 2"


@pytest.mark.parametrize(
    "written",
    [
        "200 result=830274",
        '{"digits": "830274"}',
        "pin:830274",
        "POST /calls?Digits=830274 HTTP/1.1",
        "(830274)",
    ],
)
def test_an_entry_is_found_in_one_piece(written: str) -> None:
    assert leaked(TYPED, written) == {"830274"}


def test_an_entry_is_found_key_by_key_also_while_others_type() -> None:
    lines = [KEYS.format(key, f"caller-{n}") for key in "830274#" for n in (1, 2)]

    assert leaked(TYPED, "\n".join(lines)) == {"830274"}


@pytest.mark.parametrize(
    "written",
    [
        "call 5dd0b5ef-6789-419c-904c-d73249e50cd4",
        "2026-11-22 23:40:22.830274+00:00",
        "[Nov 22 23:40:22] VERBOSE[830274][C-00000001] pbx.c: Executing",
        "18302745",
        "x6789y",
    ],
)
def test_what_only_looks_like_it_is_none(written: str) -> None:
    assert not leaked(TYPED, written)
