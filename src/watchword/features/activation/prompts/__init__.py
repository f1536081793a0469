"""What callers hear, in their language: as text, and as SSML for voices that read it."""
