"""The words we send: languages, channels, placeholders."""
