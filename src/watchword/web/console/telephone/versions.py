"""What a profile was: who changed what in it, and when. Each version can be laid out again."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.activation.profiles.versions import (
    VERSIONS_SHOWN,
    Difference,
    Version,
    differences,
)
from watchword.web.console.actors import name_of
from watchword.web.console.pages import show_console
from watchword.web.console.telephone.profiles import MAY, PATH, one
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest


@get(f"{PATH}/{{id:uuid}}/versions", include_in_schema=False, opt=MAY)
async def show_versions(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    found, profile = await one(visitor, id)
    profiles = visitor.services.telephone.profiles
    versions = await profiles.versions(visitor.organisation.id, profile.id)
    before = [*versions[1:], None]
    return show_console(
        request,
        visitor,
        "telephone/versions.html",
        profile=profile,
        versions=[*zip(versions, map(_changes, before, versions), strict=True)],
        doers={by: await name_of(visitor, by) for by in {each.changed_by for each in versions}},
        profile_names={str(each.id): each.terms.name for each in found.profiles},
        shown_at_most=VERSIONS_SHOWN,
    )


def _changes(before: Version | None, after: Version) -> Sequence[Difference] | None:
    """Say what somebody changed; nothing, where it began or nobody can tell any more."""
    if before is None or before.terms is None or after.terms is None:
        return None
    return differences(before.terms, after.terms)


routes = [show_versions]
