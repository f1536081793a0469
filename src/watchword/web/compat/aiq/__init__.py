"""The calls that integrations written for Alpine IQ make at a till and in a shop on the web.

Nothing happens here that does not happen behind `/v1`: the same sales, the same redemptions, under
the names that those integrations know. Those integrations send more than anybody has written down,
so what is not known here is left aside instead of refused.
"""

from watchword.web.compat.aiq import redemptions, wallets

routes = [*wallets.routes, *redemptions.routes]
