"""Leaving: here, or everywhere at once."""

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.staff.permissions import Permission
from watchword.web.console.cookies import no_cookie
from watchword.web.console.sign_in_page import ORGANISATION, SIGN_IN
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.keepsakes import Keepsake, keepsake

PATH = "/console/sign-out"
OWN = {PERMISSION: Permission.OWN_ACCOUNT}


@post(PATH, include_in_schema=False, status_code=200, opt=OWN)
async def sign_out(visitor: NamedDependency[Visitor]) -> Redirect:
    await visitor.services.staff.sessions.end(visitor.visit, visitor.session.id)
    return _goodbye(visitor)


@post(PATH + "/everywhere", include_in_schema=False, status_code=200, opt=OWN)
async def sign_out_everywhere(visitor: NamedDependency[Visitor]) -> Redirect:
    await visitor.services.staff.sessions.end_everywhere(visitor.colleague, visitor.member.id)
    return _goodbye(visitor)


def _goodbye(visitor: Visitor) -> Redirect:
    slug = visitor.organisation.slug
    response = Redirect(f"{SIGN_IN}?{ORGANISATION}={slug}&over=left", status_code=303)
    web = visitor.services.settings.web
    response.set_cookie(no_cookie(web))
    # Goodbye is said as one spoke until now.
    response.set_cookie(keepsake(Keepsake.LANGUAGE, visitor.member.locale, web.public_url))
    return response


routes = [sign_out, sign_out_everywhere]
