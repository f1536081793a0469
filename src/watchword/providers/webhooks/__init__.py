"""How webhooks reach addresses that strangers chose, and reach nothing else."""
