"""The decisions of the ACD, pure: no clock, no store, no carrier."""
