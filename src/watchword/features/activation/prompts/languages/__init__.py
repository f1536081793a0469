"""The words of each language, by the name of the prompt."""
