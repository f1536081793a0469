"""Pictures of landing pages: looked at before they are opened, drawn anew, kept sealed."""
