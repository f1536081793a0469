"""The telephone number on which somebody who works here tries what they write to others."""
