"""What is checked of the ledger: that entries are sealed, and checkpoints copied elsewhere."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from watchword.cli.checks_here import sqlite_path
from watchword.cli.findings import Finding, ok, warning, wrong
from watchword.features.census.rules import Inventory
from watchword.features.ledger.rules import OVERDUE
from watchword.features.organisations.rules import Mode
from watchword.settings import Settings


def check_ledger(settings: Settings, inventory: Inventory, now: datetime) -> Sequence[Finding]:
    return [check_sealing(inventory, now), check_copies(settings, inventory, now)]


def check_sealing(inventory: Inventory, now: datetime) -> Finding:
    since = inventory.unsealed_since
    if since is not None and now - since > OVERDUE:
        return wrong(
            "ledger",
            f"Entries wait for {_minutes(since, now)} minutes to be sealed",
            "Let a worker run: watchword work, or work.in_server in the settings.",
        )
    return ok("ledger", "Entries are sealed")


def check_copies(settings: Settings, inventory: Inventory, now: datetime) -> Finding:
    check, chosen = "ledger copies", settings.ledger.copies
    if chosen is None:
        return _without_copies(check, inventory)
    folder, database = Path(chosen), sqlite_path(settings)
    remedy = "Make it, and let the user that we run as write there; or set ledger.copies anew."
    if not folder.is_dir():
        return wrong(check, f"There is no folder {folder}", remedy)
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong(check, f"We may not write to {folder}", remedy)
    since = inventory.uncopied_since
    if since is not None and now - since > OVERDUE:
        late = f"Checkpoints wait for {_minutes(since, now)} minutes to be copied to {folder}"
        return wrong(check, late, "Look into the log for ledger.not_copied, which says why.")
    if database is not None and folder.resolve().is_relative_to(database.parent):
        beside = f"The copies lie beside the database, in {folder}"
        return warning(check, beside, "Set ledger.copies to a disk of another machine.")
    return ok(check, f"They are in {folder}")


def _without_copies(check: str, inventory: Inventory) -> Finding:
    live = [each.slug for each in inventory.organisations if each.mode is Mode.LIVE]
    if not live:
        return ok(check, "There are none, and only test organisations")
    return warning(
        check,
        f"There is no second place for checkpoints, and these are live: {', '.join(live)}",
        "Set ledger.copies to a folder on another machine's disk.",
    )


def _minutes(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds() // 60)
