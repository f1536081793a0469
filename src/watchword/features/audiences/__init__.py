"""Audiences: which customers are meant, as a filter or as a list, and how many they are."""
