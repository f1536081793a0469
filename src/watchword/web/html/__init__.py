"""Pages for people: bare HTML that works without script, in German and English."""

from watchword.web.html import (
    assets,
    denial,
    front,
    guide,
    proofs,
    sandbox,
    sandbox_clock,
    sandbox_letters,
    sandbox_news,
    sandbox_replies,
    unsubscribing,
)

routes = [
    *front.routes,
    *denial.routes,
    *sandbox.routes,
    *sandbox_clock.routes,
    *sandbox_letters.routes,
    *sandbox_news.routes,
    *sandbox_replies.routes,
    *unsubscribing.routes,
    *guide.routes,
    *proofs.routes,
    *assets.routes,
]
