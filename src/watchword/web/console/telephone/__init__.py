"""The telephone in the console: profiles, what holds for all calls, a simulator, and the log."""

from watchword.web.console.telephone import calls, line, members, profiles, simulator

routes = [
    *profiles.routes,
    *line.routes,
    *simulator.routes,
    *calls.routes,
    *members.routes,
]
