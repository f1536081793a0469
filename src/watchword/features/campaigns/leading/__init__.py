"""To which versions of pages campaigns lead."""
