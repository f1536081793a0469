"""Work at files that wait: batch by batch, beside everything else that a process does."""
