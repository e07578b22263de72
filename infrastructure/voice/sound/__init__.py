"""Sound of a voice node: 8 kHz mono PCM in frames of 20 ms – mixed, played, recorded, spoken, listened to."""
