"""The self-hosted voice gateway: SIP edge, media relay and voice nodes on one or more hosts."""
