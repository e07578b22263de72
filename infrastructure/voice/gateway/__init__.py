"""The self-hosted gateway on one host: SIP edge (Kamailio), media relay (rtpengine) and voice nodes."""
