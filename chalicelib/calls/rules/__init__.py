"""The decisions in a call's life, pure, on a scene."""
