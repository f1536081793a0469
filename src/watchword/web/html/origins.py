"""Whether a form was sent from a page of ours, or by a page of somebody else."""

from watchword.web.html.pages import AnyRequest

SAME = "same-origin"


def is_own_form(request: AnyRequest, public_url: str) -> bool:
    """Say so only if the browser says so. Old ones do it by naming the page's origin alone.

    Our pages ask browsers to send no referrer, and some then hide the origin as well. Such a
    browser says by the first of the two headers where the form came from.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == SAME
    return request.headers.get("origin") == public_url
