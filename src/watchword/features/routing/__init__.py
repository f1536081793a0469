"""Which way a code takes: plans of fallback, and the choice between equal providers."""
