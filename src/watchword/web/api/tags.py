"""Tags of customers over HTTP."""

from typing import assert_never
from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from watchword.features.audiences.tags.rules import BadTags, Retagged
from watchword.features.clients.rules import Scope
from watchword.features.customers.rules import CustomerId
from watchword.foundation.ids import Id
from watchword.web.api.audiences import WRITTEN, Words
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body


class CustomerTagsBody(Body, frozen=True):
    """All tags that a customer is to have from now on."""

    tags: Words


class TagsView(Struct, frozen=True):
    tags: list[str]


@get(
    "/v1/tags",
    opt={SCOPE: Scope.AUDIENCES_READ},
    summary="List the tags that customers have",
    responses=problems(),
)
async def list_tags(admitted: NamedDependency[Admitted]) -> TagsView:
    kinds = await admitted.services.tags.kinds(admitted.client.organisation.id)
    return TagsView([*kinds])


@get(
    "/v1/customers/{customer_id:uuid}/tags",
    opt={SCOPE: Scope.CUSTOMERS_READ},
    summary="Read the tags of a customer",
    responses=problems(Kind.NOT_FOUND),
)
async def read_tags(customer_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> TagsView:
    whose = admitted.client.organisation.id
    return TagsView([*await admitted.services.tags.of(whose, _id(customer_id))])


@put(
    "/v1/customers/{customer_id:uuid}/tags",
    opt={SCOPE: Scope.CUSTOMERS_WRITE},
    summary="Say which tags a customer has",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def set_tags(
    customer_id: FromPath[UUID],
    data: JSONBody[CustomerTagsBody],
    admitted: NamedDependency[Admitted],
) -> TagsView:
    match await admitted.services.tags.set(admitted.client, _id(customer_id), data.tags):
        case Retagged(tags):
            return TagsView([*tags])
        case BadTags(because):
            raise Problem(Kind.MALFORMED, because, more={"field": "tags"})
        case never:
            assert_never(never)


def _id(id: UUID) -> CustomerId:
    return CustomerId(Id(int=id.int))


routes = [list_tags, read_tags, set_tags]
