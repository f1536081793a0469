"""WhatsApp, and nothing but its authentication templates: fixed words, a code, and a button."""
