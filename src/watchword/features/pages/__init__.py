"""Landing pages: what stands behind the gate of a campaign, in each language."""
