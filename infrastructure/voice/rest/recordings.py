"""Recordings of the account, and their audio."""

from dataclasses import dataclass

from aiohttp import web

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.recording import Recording
from infrastructure.voice.rest import shapes
from infrastructure.voice.rest.errors import RestError, not_found
from infrastructure.voice.rest.paging import dated, page


@dataclass(frozen=True)
class Recordings:
    """The routes under /Recordings."""

    exchange: Exchange

    def find(self, request: web.Request) -> Recording:
        """Return the recording of the path."""
        recording = self.exchange.recordings.get(request.match_info["recording"])
        if recording is None:
            raise not_found(request.path)
        return recording

    async def list(self, request: web.Request) -> web.Response:
        """List recordings, newest first, by CallSid and DateCreated."""
        wanted = request.query.get("CallSid")
        found = [
            r
            for r in reversed(self.exchange.recordings.values())
            if wanted in (None, r.facts.call_sid) and dated(request, "DateCreated", r.facts.started_at)
        ]
        return page(request, "recordings", found, shapes.recording)

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one recording."""
        return web.json_response(shapes.recording(self.find(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a recording and its audio."""
        recording = self.find(request)
        recording.stop()
        recording.take.discard()
        del self.exchange.recordings[recording.facts.sid]
        self.exchange.on_change()
        return web.Response(status=204)

    async def media(self, request: web.Request) -> web.StreamResponse:
        """Stream the audio as WAV; RequestedChannels=1|2 (default: mono, as the provider delivers)."""
        recording = self.find(request)
        if recording.facts.status != "completed":
            raise not_found(request.path)
        channels = request.query.get("RequestedChannels", "1")
        if channels not in ("1", "2"):
            raise RestError(400, 20001, "RequestedChannels must be 1 or 2")
        if int(channels) > recording.facts.channels:
            raise RestError(400, 21220, "The recording has one channel")
        answer = web.StreamResponse(headers={"Content-Type": "audio/x-wav"})
        answer.content_length = recording.take.size(int(channels))
        await answer.prepare(request)
        if request.method != "HEAD":
            async for piece in recording.take.wav(int(channels)):
                await answer.write(piece)
        await answer.write_eof()
        return answer
