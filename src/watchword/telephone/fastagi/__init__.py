"""FastAGI: an Asterisk asks us what to do with a call, and does it command by command."""
