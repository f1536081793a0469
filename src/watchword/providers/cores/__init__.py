"""Banking cores that we can speak to: one folder for each kind, each filling `BankingCore`.

All are built to public documentation. None is certified by a vendor, or was tried on a live core.
"""
