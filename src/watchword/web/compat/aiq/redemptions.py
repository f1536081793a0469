"""The addresses that a wallet has given: a PUT spends the points, with or without a transaction."""

from typing import Any
from uuid import UUID

from litestar import Request, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.redemptions.rules import WORD, BadWord, OtherOrder, Redemption, TooLate
from watchword.features.rewards.rules import MayNotTake, RewardId
from watchword.foundation.ids import Id
from watchword.web.api.challenges import refused
from watchword.web.api.tills import not_available, session, unusable
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.compat.aiq.places import HERE, REDEMPTIONS
from watchword.web.compat.aiq.shapes import Redeemed
from watchword.web.problems import Kind, Problem

REDEMPTION = REDEMPTIONS + "/{session_id:uuid}/{reward_id:uuid}"
TRANSACTION = ("transactionID", "transaction")
"""As what a transaction may be appended to the address; it may also be the next part of it."""


@put(
    [REDEMPTION, REDEMPTION + "/{transaction_id:str}"],
    include_in_schema=False,
    opt={SCOPE: Scope.REDEMPTIONS_WRITE, **HERE},
)
async def redeem(
    session_id: FromPath[UUID],
    reward_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    admitted: NamedDependency[Admitted],
) -> Redeemed:
    order_id = _transaction(request)
    spent = await admitted.services.spendings.spend(
        admitted.client, session(session_id), RewardId(Id(int=reward_id.int)), order_id
    )
    match spent:
        case Redemption():
            return Redeemed(
                id=spent.id, transaction_id=spent.order_id, points_deduction=spent.points
            )
        case MayNotTake(why):
            raise not_available(why)
        case OtherBody():
            raise refused(spent, admitted.services.storage.now())
        case OtherOrder():
            raise Problem(Kind.OTHER_ORDER, "It was redeemed for another transaction, or for none.")
        case TooLate(state):
            detail = "It was released or reversed, or its half hour is over. Ask for a new code."
            raise Problem(Kind.REDEMPTION_OVER, detail, more={"state": state})
        case BadWord(_, because):
            raise Problem(Kind.MALFORMED, because)
        case _:
            raise unusable(spent)


def _transaction(request: Request[Any, Any, Any]) -> str | None:
    """Read the transaction that was appended, in whichever way; a shop on the web has none."""
    said = [request.query_params[name] for name in TRANSACTION if name in request.query_params]
    if "transaction_id" in request.path_params:
        said.append(str(request.path_params["transaction_id"]))
    if len(set(said)) > 1 or not all(map(WORD.fullmatch, said)):
        detail = "A transaction is named once, by 1 to 64 printable ASCII characters, no space."
        raise Problem(Kind.MALFORMED, detail)
    return said[0] if said else None


routes = [redeem]
