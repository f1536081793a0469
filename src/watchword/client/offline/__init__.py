"""A till that takes vouchers in while it has no line.

    from watchword.client import Client, vouchers
    from watchword.client.offline import OfflineTill, Taken

    with Client("https://codes.example.org", key) as watchword, OfflineTill("till.db") as till:
        till.learn(watchword.do(vouchers.kit(terminal)))  # while there is a line, every hour

        answer = till.take(scanned, order_id="2030-4711")  # with a line or without
        if isinstance(answer, Taken):
            discount = answer.claim.pos_discount_id

        for batch in till.batches():  # when the line is back
            till.heard(batch, watchword.do(vouchers.settle(terminal, batch)))

It needs `cryptography` beside what the client needs: `pip install '.[offline]'`.
"""

from watchword.client.offline.claims import Claim
from watchword.client.offline.rules import Refused, Taken, Why
from watchword.client.offline.till import OfflineTill

__all__ = ["Claim", "OfflineTill", "Refused", "Taken", "Why"]
