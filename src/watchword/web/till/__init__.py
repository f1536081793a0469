"""The till of those who have none that we are connected with: one step on each page, big keys.

Whoever works here is signed in as in the console. All pages work without script.
"""

from watchword.web.till import find, others, places, redemptions, sales, terminals, wallets

routes = [
    *places.routes,
    *terminals.routes,
    *find.routes,
    *sales.routes,
    *others.routes,
    *wallets.routes,
    *redemptions.routes,
]
