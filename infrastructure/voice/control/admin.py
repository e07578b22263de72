"""The admin API under /sim: place calls, press keys, set phones, watch. No credentials: it listens on the loopback
interface."""

from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from aiohttp import web

from infrastructure.voice.clock import VirtualClock
from infrastructure.voice.control.guard import AdminError, body, integer
from infrastructure.voice.control.views import call_view
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.hooks.faults import Fault
from infrastructure.voice.legs.browsers import Browsers
from infrastructure.voice.legs.phonebook import PhoneBook
from infrastructure.voice.legs.scripted import ScriptedLeg
from infrastructure.voice.legs.scripts import Caller, Phone
from infrastructure.voice.settings import Number, is_own_phone


class Digits(msgspec.Struct, forbid_unknown_fields=True):
    """Keys to press."""

    digits: str


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to keep when everything else is forgotten."""

    keep_numbers: bool = True


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    """How far to move a virtual clock."""

    advance_s: float


@dataclass(frozen=True)
class Admin:
    """The handlers."""

    exchange: Exchange
    phonebook: PhoneBook
    browsers: Browsers

    async def health(self, _: web.Request) -> web.Response:
        """Tell that it works."""
        return web.json_response(
            {
                "status": "ok",
                "calls": len(self.exchange.active_calls()),
                "phones": len(self.browsers.identities()),
                "account_sid": self.exchange.settings.account_sid,
                "now": self.exchange.clock.now_ms(),
            }
        )

    async def place(self, request: web.Request) -> web.Response:
        """Let a scripted person call one of our numbers."""
        call = place(self.exchange, await body(request, Caller))
        return web.json_response(call_view(call), status=201)

    async def list_calls(self, request: web.Request) -> web.Response:
        """List calls, newest first."""
        state, limit = request.query.get("state", ""), integer(request, "limit", 50)
        found = [
            call_view(call)
            for call in reversed(self.exchange.calls.values())
            if not state or (call.status in FINAL) == (state == "ended")
        ]
        return web.json_response({"items": found[:limit]})

    def _call(self, request: web.Request) -> Call:
        call = self.exchange.calls.get(request.match_info["call"])
        if call is None:
            raise AdminError(404, "unknown_call", f"no call {request.match_info['call']}")
        return call

    def _scripted(self, request: web.Request) -> tuple[Call, ScriptedLeg]:
        call = self._call(request)
        if call.status in FINAL:
            raise AdminError(409, "call_ended", "the call has ended")
        if not isinstance(call.leg, ScriptedLeg):
            raise AdminError(409, "not_scripted", "the far end is a browser")
        return call, call.leg

    async def fetch_call(self, request: web.Request) -> web.Response:
        """Return one call with its time line."""
        call = self._call(request)
        return web.json_response(call_view(call) | {"timeline": list(call.timeline)})

    async def press(self, request: web.Request) -> web.Response:
        """Let the far end press keys."""
        call, leg = self._scripted(request)
        leg.press_all("".join(d for d in (await body(request, Digits)).digits if d in "0123456789*#ABCDw"))
        return web.json_response(call_view(call))

    async def hang_up(self, request: web.Request) -> web.Response:
        """Let the far end hang up."""
        call, leg = self._scripted(request)
        leg.end()
        return web.json_response(call_view(call))

    async def answer(self, request: web.Request) -> web.Response:
        """Let a ringing phone answer."""
        call, leg = self._scripted(request)
        if not leg.pick_up():
            raise AdminError(409, "not_ringing", "the phone does not ring")
        return web.json_response(call_view(call))

    async def list_phones(self, _: web.Request) -> web.Response:
        """List scripted phones and registered browsers."""
        items = [msgspec.to_builtins(phone) for phone in self.phonebook.all()]
        return web.json_response({"items": items, "registered": self.browsers.identities()})

    async def put_phone(self, request: web.Request) -> web.Response:
        """Set a scripted phone."""
        phone = await body(request, Phone)
        self.phonebook.put(phone)
        return web.json_response(msgspec.to_builtins(phone))

    async def delete_phone(self, request: web.Request) -> web.Response:
        """Forget a scripted phone."""
        if not self.phonebook.remove(request.query.get("pattern", "")):
            raise AdminError(404, "unknown_phone", "no phone with that pattern")
        return web.Response(status=204)

    async def list_conferences(self, _: web.Request) -> web.Response:
        """List conferences that go on."""
        items = [
            {"sid": c.sid, "name": c.name, "status": c.status, "participants": list(c.participants)}
            for c in self.exchange.conferences.values()
            if c.status != "completed"
        ]
        return web.json_response({"items": items})

    async def list_queues(self, _: web.Request) -> web.Response:
        """List queues and who waits."""
        items = [
            {"sid": q.sid, "name": q.name, "waiting": [entry.call.sid for entry in q.members]}
            for q in self.exchange.queues.values()
        ]
        return web.json_response({"items": items})

    async def list_numbers(self, _: web.Request) -> web.Response:
        """List our numbers."""
        return web.json_response({"items": [msgspec.to_builtins(n) for n in self.exchange.numbers.values()]})

    async def put_number(self, request: web.Request) -> web.Response:
        """Set one of our numbers."""
        number = await body(request, Number)
        self.exchange.numbers[number.phone_number] = number
        self.exchange.on_change()
        return web.json_response(msgspec.to_builtins(number))

    async def list_faults(self, _: web.Request) -> web.Response:
        """List faults in force."""
        return web.json_response({"items": [msgspec.to_builtins(f) for f in self.exchange.faults.all()]})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a fault in force."""
        fault = self.exchange.faults.add(await body(request, Fault))
        return web.json_response(msgspec.to_builtins(fault), status=201)

    async def delete_faults(self, request: web.Request) -> web.Response:
        """Take one fault out of force, or all."""
        wanted = request.match_info.get("fault")
        self.exchange.faults.remove(int(wanted) if wanted is not None else None)
        return web.Response(status=204)

    async def reset(self, request: web.Request) -> web.Response:
        """End and forget everything; phones as configured."""
        wish = await body(request, Reset)
        await self.exchange.reset(keep_numbers=wish.keep_numbers)
        self.phonebook.replace(self.exchange.settings.phones)
        return web.json_response({"status": "ok"})

    async def fetch_clock(self, _: web.Request) -> web.Response:
        """Tell the time."""
        clock = self.exchange.clock
        return web.json_response({"now": clock.now_ms(), "virtual": clock.virtual})

    async def advance_clock(self, request: web.Request) -> web.Response:
        """Move a virtual clock on."""
        clock = self.exchange.clock
        wish = await body(request, Advance)
        if not isinstance(clock, VirtualClock):
            raise AdminError(409, "real_clock", "wall time cannot be moved")
        await clock.advance(max(0.0, wish.advance_s))
        return await self.fetch_clock(request)


def place(exchange: Exchange, caller: Caller) -> Call:
    """Let a scripted person call one of our numbers, or a phone of ours dial anything."""
    own = is_own_phone(caller.from_)
    number = _phones(exchange, caller) if own else exchange.numbers.get(caller.to)
    if number is None:
        raise AdminError(404, "unknown_number", f"{caller.to} is not a number of this carrier")
    leg = ScriptedLeg.caller(exchange.clock, caller.from_, caller.steps, caller.patience_s)
    terms = Terms(
        direction="inbound",
        from_=caller.from_,
        to=f"sip:{quote(caller.to)}@{exchange.settings.realm}" if own else caller.to,
        caller_name=caller.caller_name,
        forwarded_from=caller.forwarded_from,
    )
    return exchange.place(leg, terms, number)


def _phones(exchange: Exchange, caller: Caller) -> Number:
    """Return what to ask when a phone of ours dials, as the provider has it of a SIP domain."""
    settings = exchange.settings
    if not settings.phones_url:
        raise AdminError(409, "no_phones_url", "this carrier takes no calls from phones of its own (phones_url)")
    return Number(
        phone_number=caller.to,
        voice_url=settings.phones_url,
        voice_fallback_url=settings.phones_fallback_url,
        voice_fallback_method="GET",
        status_callback=settings.phones_status_url,
    )


def routes(admin: Admin) -> list[web.RouteDef]:
    """Return the admin API's routes."""
    call = "/sim/calls/{call}"
    return [
        web.get("/sim/health", admin.health),
        web.post("/sim/calls", admin.place),
        web.get("/sim/calls", admin.list_calls),
        web.get(call, admin.fetch_call),
        web.post(call + "/press", admin.press),
        web.post(call + "/hang-up", admin.hang_up),
        web.post(call + "/answer", admin.answer),
        web.get("/sim/phones", admin.list_phones),
        web.put("/sim/phones", admin.put_phone),
        web.delete("/sim/phones", admin.delete_phone),
        web.get("/sim/conferences", admin.list_conferences),
        web.get("/sim/queues", admin.list_queues),
        web.get("/sim/numbers", admin.list_numbers),
        web.put("/sim/numbers", admin.put_number),
        web.get("/sim/faults", admin.list_faults),
        web.post("/sim/faults", admin.add_fault),
        web.delete("/sim/faults", admin.delete_faults),
        web.delete("/sim/faults/{fault:[0-9]+}", admin.delete_faults),
        web.post("/sim/reset", admin.reset),
        web.get("/sim/clock", admin.fetch_clock),
        web.post("/sim/clock", admin.advance_clock),
    ]
