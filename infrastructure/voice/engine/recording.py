"""Recordings: the resource beside a leg's take, and its call-backs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infrastructure.voice.engine.callbacks import API_VERSION, rfc2822
from infrastructure.voice.legs.leg import Take
from infrastructure.voice.twiml.verbs import RecordingOptions

if TYPE_CHECKING:
    from infrastructure.voice.engine.exchange import Exchange

PROCESSING_S = 0.5
"""A provider needs a moment after the end until the audio can be fetched."""


@dataclass(kw_only=True)
class RecordingFacts:
    """What survives a restart."""

    sid: str
    call_sid: str
    source: str
    channels: int
    started_at: int
    ended_at: int | None = None
    duration_ms: int = 0
    status: str = "in-progress"
    track: str = "both"


class Recording:
    """One recording of one call."""

    def __init__(
        self,
        exchange: "Exchange",
        facts: RecordingFacts,
        take: Take,
        options: RecordingOptions,
        *,
        report: bool = True,
    ) -> None:
        self.exchange = exchange
        self.facts = facts
        self.take = take
        self.options = options
        self.name = ""
        if report:
            exchange.recording_changed(self)
            self._report("in-progress")

    @property
    def running(self) -> bool:
        """Tell whether it still takes, or is paused."""
        return self.facts.status in ("in-progress", "paused")

    def pause(self, *, skip: bool) -> None:
        """Stop taking for a while."""
        if self.facts.status == "in-progress":
            self.take.pause(skip=skip)
            self._became("paused")

    def go_on(self) -> None:
        """Take again after a pause."""
        if self.facts.status == "paused":
            self.take.resume()
            self._became("in-progress")

    def stop(self) -> None:
        """End it; the audio is available a moment later."""
        if not self.running:
            return
        self.take.stop()
        self.facts.ended_at = self.exchange.clock.now_ms()
        self.facts.duration_ms = self.take.duration_ms()
        self._became("processing")
        self.exchange.clock.call_later(PROCESSING_S, self.finish)

    def finish(self) -> None:
        """Make the audio available and report it."""
        if self.facts.status != "processing":
            return
        self._became("completed" if self.facts.duration_ms > 0 else "absent")
        self._report(self.facts.status)

    def duration_s(self) -> int:
        """Return whole seconds, as the provider rounds them."""
        return round((self.take.duration_ms() if self.running else self.facts.duration_ms) / 1000)

    def url(self) -> str:
        """Return the media URL without extension (WAV)."""
        settings = self.exchange.settings
        return f"{settings.public_url}/{API_VERSION}/Accounts/{settings.account_sid}/Recordings/{self.facts.sid}"

    def fields(self) -> dict[str, str]:
        """Return the fields of its call-back."""
        fields = {
            "AccountSid": self.exchange.settings.account_sid,
            "CallSid": self.facts.call_sid,
            "RecordingSid": self.facts.sid,
            "RecordingUrl": self.url(),
            "RecordingStatus": self.facts.status,
            "RecordingDuration": str(self.duration_s()),
            "RecordingChannels": str(self.facts.channels),
            "RecordingStartTime": rfc2822(self.facts.started_at),
            "RecordingSource": self.facts.source,
            "RecordingTrack": self.facts.track,
        }
        return fields | ({"ErrorCode": "16101"} if self.facts.status == "absent" else {"ErrorCode": "0"})

    def _became(self, status: str) -> None:
        self.facts.status = status
        self.exchange.recording_changed(self)

    def _report(self, event: str) -> None:
        if self.options.callback is not None and event in self.options.events:
            self.exchange.webhooks.notify(
                "recording", self.facts.sid, self.options.callback, self.options.method, self.fields()
            )
