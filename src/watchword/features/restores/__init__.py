"""After a restore: what must not live again, and what was taken away since the backup."""
