"""What a node shows and takes on its loopback port beside the provider's REST: calls, health, metrics, drain."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from aiohttp import web

from infrastructure.voice.control.guard import AdminError, integer
from infrastructure.voice.control.views import call_view
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.legs.sip.tally import Tally
from infrastructure.voice.node import metrics
from infrastructure.voice.node.state import NodeState
from infrastructure.voice.sound.mixer import Mixer

APOLOGY_ZH = "抱歉，系统暂时无法处理您的来电。"
APOLOGY_EN = "We are sorry, your call cannot be handled at the moment."


@dataclass(frozen=True)
class Admin:
    """The handlers. drain: begin to take no new calls."""

    exchange: Exchange
    mixer: Mixer
    tally: Tally
    state: NodeState
    drain: Callable[[], None]

    async def health(self, _: web.Request) -> web.Response:
        """Tell whether it takes calls: 200, or 503 when it drains or is full."""
        body = {
            "status": "ok" if self.state.takes_calls else "draining" if self.state.draining else "full",
            "node": self.state.settings.node,
            "calls": self.state.legs(),
            "max_legs": self.state.settings.max_legs,
            "now": self.exchange.clock.now_ms(),
        }
        return web.json_response(body, status=200 if self.state.takes_calls else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        """Return the figures."""
        text = metrics.render(
            self.mixer,
            self.tally,
            legs=self.state.legs(),
            pending=self.exchange.webhooks.pending(),
            draining=self.state.draining,
            max_legs=self.state.settings.max_legs,
        )
        return web.Response(body=text.encode(), headers={"Content-Type": metrics.CONTENT_TYPE})

    async def begin_drain(self, _: web.Request) -> web.Response:
        """Take no new calls; the process ends when the last one has."""
        self.drain()
        return web.json_response({"draining": True, "calls": self.state.legs()}, status=202)

    async def list_calls(self, request: web.Request) -> web.Response:
        """List calls, newest first."""
        state, limit = request.query.get("state", ""), integer(request, "limit", 50)
        found = [
            call_view(call)
            for call in reversed(self.exchange.calls.values())
            if not state or (call.status in FINAL) == (state == "ended")
        ]
        return web.json_response({"items": found[:limit]})

    async def fetch_call(self, request: web.Request) -> web.Response:
        """Return one call with its time line."""
        call = self.exchange.calls.get(request.match_info["call"])
        if call is None:
            raise AdminError(404, "unknown_call", f"no call {request.match_info['call']}")
        return web.json_response(call_view(call) | {"timeline": list(call.timeline)})

    async def fallback(self, _: web.Request) -> web.Response:
        """Return what a caller gets when the platform cannot be reached: an apology, then the emergency number."""
        number = self.state.settings.emergency
        dial = f"<Dial>{escape(number)}</Dial>" if number else ""
        text = (
            f'<Response><Say language="zh-CN">{APOLOGY_ZH}</Say><Say language="en">{APOLOGY_EN}</Say>{dial}</Response>'
        )
        return web.Response(text=text, content_type="text/xml")


def routes(admin: Admin) -> list[web.RouteDef]:
    """Return the routes."""
    return [
        web.get("/health", admin.health),
        web.get("/metrics", admin.metrics),
        web.post("/drain", admin.begin_drain),
        web.get("/fallback", admin.fallback),
        web.post("/fallback", admin.fallback),
        web.get("/sim/health", admin.health),
        web.get("/sim/calls", admin.list_calls),
        web.get("/sim/calls/{call}", admin.fetch_call),
    ]
