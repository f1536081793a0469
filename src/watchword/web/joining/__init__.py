"""The pages on which customers get a card, and show that it is theirs. They work without script."""

from watchword.web.joining import card, colours, entrance, join

routes = [*join.routes, *card.routes, *entrance.routes, *colours.routes]
