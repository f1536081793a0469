"""Turns as documents: whole, valid, and with nothing in them that becomes a command."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.features.activation.dialogue.calls import CODE, GOOD, NUMBER, SSN4, StandInLine, play
from tests.strictness import missing
from watchword.features.activation.dialogue.steps import (
    Ask,
    HangUp,
    PauseRecording,
    Say,
    Step,
    Transfer,
)
from watchword.foundation.secret import Secret
from watchword.web.telephone import twiml, voicexml

ACTION = "https://example.org/telephone/twiml?call=1&token=abc"
