"""Staff read the code of a customer who came without a telephone, at the card of theirs."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.cards.rules import CardId
from watchword.features.challenges.displays.rules import Displayed
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, VIEWED, show_card
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

SEE = {PERMISSION: Permission.CUSTOMERS_SEARCH}


@post(PATH + "/{id:uuid}/viewings", include_in_schema=False, status_code=200, opt=SEE)
async def view_code(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    """Show the code once, in the answer to a form: it stands in no history, and no link leads
    there. Who may see it, and where, the service asks."""
    card_id, form = CardId(Id(int=id.int)), visitor.form
    if form.is_resumed:
        return await show_card(request, visitor, card_id, about=VIEWED)
    viewed = await visitor.services.viewings.pull_up_for(
        visitor.colleague, card_id, _read_location(form.text("place")), form.text("why")
    )
    if isinstance(viewed, Displayed):
        return await show_card(request, visitor, card_id, about=VIEWED, viewed=viewed)
    problem = f"view_{getattr(viewed, 'word', 'reason')}"
    return await show_card(request, visitor, card_id, about=VIEWED, problem=problem)


def _read_location(written: str) -> LocationId | None:
    try:
        return LocationId(Id(str(UUID(written)))) if written else None
    except ValueError:
        raise NotFound("location") from None


routes = [view_code]
