"""How hours are counted: from what is kept, again and again, until nothing more can change."""
