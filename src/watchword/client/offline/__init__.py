"""A till that takes vouchers in while it has no line.

    from watchword.client import Client, vouchers
    from watchword.client.offline import OfflineTill, Taken

    with Client("https://codes.example.org", key) as watchword, OfflineTill("till.db") as till:
        till.learn(watchword.do(vouchers.kit(terminal)))  # while there is a line, every hour

        answer = till.take(scanned, order_id="2030-4711", amount=1999)  # with a line or without
        if isinstance(answer, Taken):
            discount = answer.promise.pos_discount_id

        for bundle in till.bundles():  # when the line is back
            till.heard(bundle, watchword.do(vouchers.settle(terminal, bundle)))

It needs `cryptography` beside what the client needs: `pip install '.[offline]'`.
"""

from watchword.client.offline.promises import Promise
from watchword.client.offline.rules import Refused, Taken, Why
from watchword.client.offline.till import OfflineTill, OtherBundle, SettleFirst

__all__ = ["OfflineTill", "OtherBundle", "Promise", "Refused", "SettleFirst", "Taken", "Why"]
