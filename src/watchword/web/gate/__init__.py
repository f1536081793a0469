"""The pages of campaigns, and what stands before them: a face of its own, without a cookie."""

from watchword.web.gate import door, leaving, passes, pictures

routes = [*door.routes, *leaving.routes, *passes.routes, *pictures.routes]
