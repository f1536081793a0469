"""Which sender an application has chosen for which country."""
