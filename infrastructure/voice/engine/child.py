"""A leg that Dial makes: it rings, hears its screening document, and is ready to be connected."""

import asyncio

from infrastructure.voice.engine import outgoing, program
from infrastructure.voice.engine.call import Interrupted
from infrastructure.voice.engine.outcome import Context
from infrastructure.voice.engine.source import Source
from infrastructure.voice.engine.subscription import FINAL, Subscription
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.pulse import Pulse
from infrastructure.voice.twiml.verbs import Dial, Gather, Hangup, Pause, Play, Redirect, Say, Target

SCREENING_VERBS = (Play, Say, Pause, Gather, Redirect, Hangup)
"""What a called party's own document may hold before the parties are connected."""


class ChildCall:
    """One target of a Dial. `ready`: answered and screened; `over`: no longer there for the Dial."""

    def __init__(self, context: Context, verb: Dial, target: Target, pulse: Pulse) -> None:
        parent = context.call
        subscription = None
        if target.status_callback is not None:
            subscription = Subscription(context.url(target.status_callback), target.status_method, target.status_events)
        self._target = target
        self._context = context
        self._pulse = pulse
        self._released = asyncio.Event()
        self.ready = False
        self.over = False
        self.call = parent.exchange.add_outgoing(
            Terms(
                direction="outbound-dial",
                from_=verb.caller_id or parent.terms.from_,
                to=target.address,
                parent_sid=parent.sid,
                subscription=subscription,
                timeout_s=verb.timeout_s,
                parameters=dict(target.parameters),
            )
        )

    def start(self) -> None:
        """Begin to ring."""
        self.call.start(self._live())

    def stop(self, by: str) -> None:
        """Let it go: a ringing phone is canceled, a connected one hung up."""
        self._released.set()
        if not self.over and self.call.status not in FINAL:
            self.call.end(by, by)
        self._gone()

    def outcome(self) -> str:
        """Return the status it came to without being connected."""
        if self.call.status in FINAL:
            return self.call.status
        ended = self.call.interrupt
        return getattr(ended, "by", "no-answer") if ended is not None else "no-answer"

    async def _live(self) -> None:
        try:
            await self.call.unless_interrupted(self._until_released())
        except Interrupted:
            source = self.call.resume()
            self._gone()
            if source is None:
                raise
            await program.run(self.call, source)
        finally:
            self._gone()

    async def _until_released(self) -> None:
        if not await outgoing.ring(self.call):
            return
        if self._target.send_digits:
            await self.call.leg.send_digits(self._target.send_digits)
        if self._target.url is not None:
            source = Source(self._context.url(self._target.url), self._target.method)
            await program.documents(self.call, source, SCREENING_VERBS)
            if self.call.interrupt is not None:
                return
        self.ready = True
        self._pulse.fire()
        await self._released.wait()

    def _gone(self) -> None:
        self.over = True
        self._pulse.fire()
