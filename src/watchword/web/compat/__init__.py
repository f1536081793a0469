"""Doors in the form of other products, for integrations that were written for those."""

from watchword.web.compat import aiq

routes = [*aiq.routes]
