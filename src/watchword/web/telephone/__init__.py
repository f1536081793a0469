"""Doors for telephone platforms that speak HTTP: TwiML and VoiceXML."""
