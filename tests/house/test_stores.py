"""A store belongs to one organisation from birth: none can be made without saying whose."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_the_house, source

BORN_WITH = [("transaction", "Transaction"), ("organisation_id", "OrganisationId")]
WITHOUT_ONE = {  # what looks before it is known whose rows it will find
    "ClientDirectory": "a key is shown, and tells which organisation it belongs to",
    "SessionDirectory": "a cookie is shown, and tells which organisation it belongs to",
    "SessionSweep": "sessions that are long over are dropped, whoever's they were",
    "PassDirectory": "an address is opened, and tells whose campaign it shows",
    "LinkDirectory": "a link is opened, and tells which organisation it belongs to",
    "PasskeyDirectory": "a passkey is shown, and tells which organisation it belongs to",
    "AttemptSweep": "sign-ons that nobody came back from are dropped, whoever set out",
    "AskedSweep": "what browsers were asked and did not answer is dropped, whoever was asked",
    "OrganisationDirectory": "organisations are listed, and found by name, by the operator",
    "CampaignCensus": "campaigns are counted by the version of the key of their links",
    "CampaignLanes": "a worker takes what is due next, whoever it is for",
    "LinkedRecipients": "a link names a campaign, and the campaign names whose it is",
    "OutboxLanes": "a worker takes what is due next, whoever it is for",
    "ReportLanes": "a provider reports on a message, and the message names whose it is",
    "CalledWords": "a provider names the message, and the message names whose it is",
    "ChallengeSweep": "what has run out of time ends, whoever it is for",
    "ReservedSweep": "money that was not needed comes back, whoever it was reserved for",
    "HourLanes": "whoever counts takes the hour that is due next, whoever's it is",
    "SurveyLanes": "whoever goes through a core takes what is due next, whoever's members they are",
    "FigureSweep": "figures that are too old are dropped, whoever's codes they count",
    "NoticeDirectory": "an address is opened, and tells what a customer was told of",
    "DenialDirectory": "an address is opened, and tells whose verification it is about",
    "TillSweep": "sales whose time is over end, whosever they were",
    "RedemptionSweep": "what was reserved for too long is released, whoever it was for",
    "TerminalDirectory": "a browser shows what it keeps, and that tells whose till it is",
    "DisputeDirectory": "an address is opened, and tells whose exception it is about",
    "MasterPinCensus": "a key is given up when nothing rests under it, whoever it is of",
    "KeptPinCensus": "likewise",
    "RegistrationSweep": "what nobody has followed up in time is dropped, whoever registered",
    "RequestSweep": "answers are kept for a day, whoever asked",
    "ApprovalSweep": "what nobody has decided on in time is over, whoever asked for it",
    "LetterSweep": "what nobody may print any more is destroyed, whoever wrote it",
    "VoucherSweep": "points come back when their time is over, whoever they are of",
    "VoucherCensus": "a key is given up when nothing rests under it, whoever it is of",
    "PageCensus": "a key is given up when nothing rests under it, whoever it is of",
    "LetterCensus": "a key is given up when nothing rests under it, whoever it is of",
    "BatchLanes": "a worker draws what was released first, whoever released it",
    "WriteSweep": "a PIN of which nobody knows is looked for, whoever it is of",
    "CallSweep": "calls of which nothing more is heard end, whoever was called",
    "LockSweep": "what failed long ago is forgotten, whoever was locked",
    "BudgetSweep": "budgets of which nothing is used up are dropped, whoever had them",
    "WebhookLanes": "a worker takes what is due next, whoever it is for",
    "WebhookSweep": "what is over for long enough is dropped, whoever noted it",
    "AbuseSweep": "what no rule asks for any more is dropped, whoever it was about",
    "StartSweep": "likewise",
    "RetentionSweep": "what was kept for long enough is dropped, whoever it is about",
    "SandboxStage": "a worker lets happen what is due next, whoever sent it",
    "SandboxSweep": "what was looked at for long enough is dropped, whoever sent it",
    "LedgerLanes": "a worker seals and copies what waits, whoever wrote it",
    "ImportLanes": "a worker takes what is due next, whoever wants it",
    "LedgerCensus": "how long anything waits is counted over all, for whoever runs it",
    "OrganisationCensus": "a key is given up when nothing rests under it, whoever it is of",
    "ChallengeCensus": "likewise",
    "MessageCensus": "likewise",
    "SandboxCensus": "likewise",
    "RequestCensus": "likewise",
    "WebhookCensus": "likewise",
    "WaitingCensus": "it is counted what waits, whoever it is for",
    "OwnerCensus": "each organisation is asked whether somebody may open it to others",
    "SchemaCensus": "the schema is nobody's",
    "RestoredTables": "nothing of a restored copy lives again, whoever it was of",
}

files = [file for file in of_the_house() if file.feature and file.path.name == "store.py"]

GOOD = """
class CardStore:
    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None: ...
class ClientDirectory:
    def __init__(self, transaction: Transaction) -> None: ...
class Card:
    id: str
class _Page:
    def __init__(self, transaction: Transaction) -> None: ...
def _card(row: Row) -> Card: ...
def _rows(transaction: Transaction) -> list[Row]: ...
"""

CARDS = "class CardStore:\n def __init__(self, transaction: Transaction"


def stores_of_nobody(file: Source) -> Iterator[str]:
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Store"):
            if _born_with(node) != BORN_WITH:
                yield f"{node.name} can be made without its organisation"
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            is_ours = node.name.startswith("_") or node.name in WITHOUT_ONE
            if not is_ours and _takes_a_transaction(node):
                yield f"{node.name} takes a transaction, and nobody's organisation"


def _born_with(store: ast.ClassDef) -> list[tuple[str, str]]:
    """Give the name and type of what comes after `self`, as far as a store has no choice."""
    for node in store.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            required = node.args.args[1 : len(node.args.args) - len(node.args.defaults)]
            return [(each.arg, _written(each)) for each in required[: len(BORN_WITH)]]
    return []


def _takes_a_transaction(node: ast.AST) -> bool:
    return any(
        "Transaction" in _written(each)
        for each in ast.walk(node)
        if isinstance(each, ast.arg | ast.AnnAssign)
    )


def _written(node: ast.arg | ast.AnnAssign) -> str:
    return ast.unparse(node.annotation).strip("'\"") if node.annotation else ""


def test_a_store_belongs_to_one_organisation() -> None:
    assert faults(stores_of_nobody, files) == {}


def test_what_belongs_to_nobody_has_a_reason_and_is_still_there() -> None:
    classes = {
        node.name for file in files for node in file.tree.body if isinstance(node, ast.ClassDef)
    }

    assert {*WITHOUT_ONE} <= classes


def test_good_stores_are_let_be() -> None:
    assert [*stores_of_nobody(source("features/wallet/store.py", GOOD))] == []


@pytest.mark.parametrize(
    "text",
    [
        "class CardStore: ...",
        "class CardStore:\n def __init__(self, transaction: Transaction): ...",
        f"{CARDS}, whose: str): ...",
        f"{CARDS}, organisation_id: UUID): ...",
        f"{CARDS}, organisation_id: OrganisationId | None = None): ...",
        f"{CARDS}, organisation_id: OrganisationId = ANY): ...",
        f"{CARDS}, *, organisation_id: OrganisationId = ANY): ...",
        "class CardDirectory:\n def __init__(self, transaction: Transaction): ...",
        "class Cards:\n async def all(self, transaction: 'Transaction'): ...",
        "@dataclass\nclass Cards:\n transaction: Transaction",
        "async def cards(transaction: Transaction) -> list[Card]: ...",
    ],
)
def test_a_store_of_nobody_is_found(text: str) -> None:
    assert [*stores_of_nobody(source("features/wallet/store.py", text))]
