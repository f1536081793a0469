"""What providers tell us by calling us: receipts, and requests for words to speak.

Nobody is believed who has not signed with what the provider and we alone know; and whoever is
believed can say of a message no more than that it arrived, was read, or failed.
"""

from watchword.web.callbacks import providers

routes = [*providers.routes]
