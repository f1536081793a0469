"""The links of campaigns: derived when they are sent, and kept nowhere."""
