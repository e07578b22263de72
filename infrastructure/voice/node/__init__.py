"""The voice node: the call engine with SIP legs, one process of several on a gateway's host."""
