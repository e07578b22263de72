"""What is played to a leg frame by frame. The event loop makes players, the mixer's thread draws frames from them."""

from collections.abc import Callable

from infrastructure.voice.sound.pcm import FRAME_BYTES, whole_frames


class Prompt:
    """Sound that is played once. on_end is called by the mixer's thread after the last frame."""

    def __init__(self, pcm: bytes, on_end: Callable[[], None]) -> None:
        self._pcm = whole_frames(pcm)
        self._position = 0
        self._on_end = on_end

    def frame(self) -> bytes | None:
        """Return the next frame, None when there is none left."""
        start = self._position
        if start >= len(self._pcm):
            return None
        self._position = start + FRAME_BYTES
        if self._position >= len(self._pcm):
            self._on_end()
        return self._pcm[start : self._position]


class Loop:
    """Sound that begins again when it ends. A loop without sound is silence."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = whole_frames(pcm) or bytes(FRAME_BYTES)
        self._position = 0

    def frame(self) -> bytes:
        """Return the next frame."""
        start = self._position
        self._position = (start + FRAME_BYTES) % len(self._pcm)
        return self._pcm[start : start + FRAME_BYTES]
