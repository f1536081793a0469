"""Doors for pages of shops, which come with a pass: their customers take part in a sale there.

They are made for `<watchword-redeem>`, and may change with it. Programs have `/v1`.
"""

from watchword.web.redeem import sales

routes = [*sales.routes]
