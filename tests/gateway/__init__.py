"""The gateway with its real parts: Kamailio, rtpengine, voice nodes, SIP phones and trunks on loopback."""
