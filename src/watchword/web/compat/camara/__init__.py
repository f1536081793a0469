"""The operators' own API for codes by text message (CAMARA, GSMA Open Gateway).

Nothing happens here that does not happen behind `/v1`: the same challenges, limits and rules, under
the names, and with the refusals, that programs written for an operator know.
"""

from watchword.web.compat.camara import passwords
from watchword.web.compat.camara.places import PATH
from watchword.web.compat.camara.refusals import say
from watchword.web.compat.fronts import Front

front = Front(PATH, lambda problem, _: say(problem))
routes = [*passwords.routes]
