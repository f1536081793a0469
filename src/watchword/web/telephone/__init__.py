"""Doors for telephone platforms that speak HTTP: TwiML and VoiceXML."""

from watchword.web.telephone import twiml_doors, voicexml_doors

routes = [*twiml_doors.routes, *voicexml_doors.routes]
