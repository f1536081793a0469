"""The rooms in which people work: pages for staff, each behind a permission."""

from watchword.web.console import overview

routes = [
    *overview.routes,
]
