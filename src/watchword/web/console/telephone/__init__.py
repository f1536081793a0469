"""The telephone in the console: profiles, what holds for all calls, a simulator, and the log."""

from watchword.web.console.telephone import (
    calls,
    figures,
    line,
    members,
    pins,
    profiles,
    simulator,
    versions,
)

routes = [
    *profiles.routes,
    *versions.routes,
    *line.routes,
    *simulator.routes,
    *calls.routes,
    *members.routes,
    *figures.routes,
    *pins.routes,
]
