"""`watchword pins`: see which PINs are refused because many choose them.

$ watchword pins blocklist --digits 4
1,593 of 10,000 PINs of 4 digits are refused: 15.9%.
"""

from collections.abc import Mapping
from typing import Annotated

import typer
from msgspec import Struct

from watchword.cli.printing import AsJson, columns, leave, seen, show
from watchword.features.pins.blocklist.rules import (
    LOOKED_AT,
    Common,
    Counts,
    all_common,
    count_common,
)

LISTED_AT_MOST = 6  # digits; of more, nobody reads the list

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="See which PINs are refused because many choose them.",
)

Digits = Annotated[int, typer.Option(min=4, max=8, help="How long the PINs are.")]
Listed = Annotated[bool, typer.Option("--list", help="Print them all, one in a line.")]


class CountsView(Struct, frozen=True):
    """How many are refused. One that several rules refuse is counted once."""

    length: int
    looked_at: int
    refused: int
    share: float
    by_rule: Mapping[Common, int]


@app.callback()
def pins() -> None:
    """A single command would else lose its name."""


@app.command("blocklist")
def blocklist(*, digits: Digits = 4, listed: Listed = False, as_json: AsJson = False) -> None:
    """Count the PINs that are refused because many choose them, rule by rule.

    Of more than four digits, 20,000 PINs spread over all are looked at.
    """
    if not listed:
        counts = count_common(digits)
        show(seen(CountsView, counts), _say(counts), as_json=as_json)
        return
    if digits > LISTED_AT_MOST:
        leave(f"A list has PINs of {LISTED_AT_MOST} digits at most. Count longer ones.")
    found = [*all_common(digits)]
    show(found, "\n".join(found), as_json=as_json)


def _say(counts: Counts) -> str:
    looked_at = f"{counts.looked_at:,}"
    if 10**counts.length > LOOKED_AT:
        looked_at += " looked at"
    head = (
        f"{counts.refused:,} of {looked_at} PINs of {counts.length} digits are refused: "
        f"{counts.share:.1%}."
    )
    rows = [(str(rule), f"{count:,}") for rule, count in counts.by_rule.items()]
    return f"{head}\n\n{columns([('RULE', 'PINS'), *rows])}"
