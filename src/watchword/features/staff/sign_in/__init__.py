"""How somebody signs in by a code that goes to their mailbox."""
