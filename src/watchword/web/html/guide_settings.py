"""What the API guide says of the settings of organisations."""

from collections.abc import Mapping

OF_SETTINGS: Mapping[str, str] = {
    "MethodsView.methods": "In the order in which the organisation offers them.",
    "section": "What the settings are about. The manual has every field.",
    "location": "As it holds at this location; left out, for the organisation as a whole.",
    "SettingsView.section": "As you asked.",
    "SettingsView.version": "On what the section stands. It goes back with a change.",
    "SettingsView.settings": "What is in force, field by field.",
    "SettingsView.own": "What of it is not inherited.",
    "NewSettings.version": "The one that you have read: nobody's change is overwritten unseen.",
    "NewSettings.own": "What is to be your own. What is left out is inherited.",
}
"""By schema and field; parameters by their name alone."""
