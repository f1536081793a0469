"""Who agreed to be written to, as a book that is only ever added to, and what it means today."""
