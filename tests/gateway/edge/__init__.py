"""The SIP edge, with the real Kamailio and rtpengine."""
