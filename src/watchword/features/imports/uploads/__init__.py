"""Files that were brought in the console: they wait, are tried, and are taken in beside others."""
