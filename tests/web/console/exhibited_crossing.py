"""The way over from Twilio, in the exhibition: some of it is done, and both sides were compared."""

from datetime import timedelta

from tests.stores import MovableTime
from watchword.features.crossings.pairs.rules import Call, Said
from watchword.features.crossings.rules import Crossing, Move, WithoutThem
from watchword.features.staff.rules import Colleague
from watchword.wiring import Services

ORIGINALS = {
    "sonnenhof": {
        "account_sid": "AC" + "0" * 32,
        "auth_token": "asked of nobody",
        "base_url": "http://127.0.0.1:9",
    }
}
BEGUN, PENDING = Said(201, None, "pending"), Said(200, None, "pending")
APPROVED, GONE = Said(200, None, "approved"), Said(404, 20404)
PAIRS = [
    (Call.CREATE, BEGUN, BEGUN, 142),
    (Call.CHECK, APPROVED, APPROVED, 118),
    (Call.CHECK, PENDING, PENDING, 21),
    (Call.FETCH, PENDING, PENDING, 9),
    (Call.UPDATE, Said(200, None, "canceled"), Said(200, None, "canceled"), 3),
    (Call.CREATE, BEGUN, Said(403, 60605), 6),
    (Call.CHECK, APPROVED, GONE, 5),
    (Call.CREATE, BEGUN, Said(403, 60204), 2),
    (Call.CHECK, GONE, Said(200, None, "max_attempts_reached"), 1),
]


async def fill_crossing(services: Services, colleague: Colleague, time: MovableTime) -> None:
    today = time.moment
    time.moment = today - timedelta(days=3)
    moved = await services.crossings.crossings.move(
        colleague, Move(share=25, countries=frozenset({"AT", "CH"}), without_them=WithoutThem.SERVE)
    )
    assert isinstance(moved, Crossing)
    for call, theirs, ours, times in PAIRS:
        for _ in range(times):
            await services.crossings.pairs.note(colleague, call, theirs, ours)
            time.pass_by(timedelta(minutes=11))
    time.moment = today
