"""A phone and post network in a box: messages of test organisations, to look at."""
