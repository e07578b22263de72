"""Conferences and their participants."""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from infrastructure.voice.engine import moderation
from infrastructure.voice.engine.conference import Conference, Participant
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.source import Source
from infrastructure.voice.rest import calls, shapes
from infrastructure.voice.rest.errors import RestError, not_found
from infrastructure.voice.rest.form import Form
from infrastructure.voice.rest.paging import dated, page

_ROOM_ATTRIBUTES = {
    "Muted": "muted",
    "Beep": "beep",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "MaxParticipants": "maxParticipants",
    "Label": "participantLabel",
    "CallSidToCoach": "coach",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
}


@dataclass(frozen=True)
class Conferences:
    """The routes under /Conferences."""

    exchange: Exchange

    def find(self, request: web.Request) -> Conference:
        """Return the conference of the path, by SID."""
        conference = self.exchange.conferences.get(request.match_info["conference"])
        if conference is None:
            raise not_found(request.path)
        return conference

    async def list(self, request: web.Request) -> web.Response:
        """List conferences, newest first, by FriendlyName and Status."""
        wanted = request.query
        found = [
            conference
            for conference in reversed(self.exchange.conferences.values())
            if wanted.get("FriendlyName", conference.name) == conference.name
            and wanted.get("Status", conference.status) == conference.status
            and dated(request, "DateCreated", conference.created_at)
            and dated(request, "DateUpdated", conference.updated_at)
        ]
        return page(request, "conferences", found, shapes.conference)

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one conference."""
        return web.json_response(shapes.conference(self.find(request)))

    async def update(self, request: web.Request) -> web.Response:
        """End a conference (Status=completed) or announce something to all (AnnounceUrl)."""
        conference, form = self.find(request), await Form.of(request)
        if form.text("Status") == "completed":
            conference.end()
        elif form.has("Status"):
            raise RestError(400, 20001, "Status can only become completed")
        if form.text("AnnounceUrl"):
            _running(conference)
            moderation.announce(conference, None, form.text("AnnounceUrl"), form.method("AnnounceMethod"))
        return web.json_response(shapes.conference(conference))

    async def list_participants(self, request: web.Request) -> web.Response:
        """List who is in, by Muted, Hold, Coaching."""
        conference = self.find(request)
        wanted = {name: request.query.get(name) for name in ("Muted", "Hold", "Coaching")}
        found = [
            who
            for who in conference.participants.values()
            if _is(wanted["Muted"], who.seat.muted)
            and _is(wanted["Hold"], who.seat.hold)
            and _is(wanted["Coaching"], who.seat.coaching is not None)
        ]
        return page(request, "participants", found, lambda who: shapes.participant(conference, who))

    async def create_participant(self, request: web.Request) -> web.Response:
        """Call somebody into a conference, which is named by SID or by friendly name."""
        form = await Form.of(request)
        key = request.match_info["conference"]
        known = self.exchange.conferences.get(key)
        conference = known if known is not None else self.exchange.conference(key)
        _running(conference)
        call = calls.dial(self.exchange, form, Source(twiml=_room(conference.name, form)))
        body = {
            "account_sid": self.exchange.settings.account_sid,
            "call_sid": call.sid,
            "label": form.text("Label") or None,
            "conference_sid": conference.sid,
            "call_sid_to_coach": form.text("CallSidToCoach") or None,
            "coaching": form.has("CallSidToCoach"),
            "end_conference_on_exit": form.flag("EndConferenceOnExit"),
            "start_conference_on_enter": form.flag("StartConferenceOnEnter", True),
            "muted": form.flag("Muted"),
            "hold": False,
            "status": "queued",
            "date_created": shapes.call(call)["date_created"],
            "date_updated": shapes.call(call)["date_updated"],
            "queue_time": "0",
            "uri": f"{request.path.removesuffix('.json')}/{call.sid}.json",
        }
        return web.json_response(body, status=201)

    def _participant(self, request: web.Request) -> tuple[Conference, Participant]:
        conference = self.find(request)
        who = conference.find(request.match_info["participant"])
        if who is None:
            raise not_found(request.path)
        return conference, who

    async def fetch_participant(self, request: web.Request) -> web.Response:
        """Return one participant."""
        return web.json_response(shapes.participant(*self._participant(request)))

    async def update_participant(self, request: web.Request) -> web.Response:
        """Mute, hold, coach, announce to, or change the rights of a participant."""
        conference, who = self._participant(request)
        form = await Form.of(request)
        if form.has("Muted") and form.flag("Muted"):
            moderation.mute(conference, who, True)
        if form.has("Hold"):
            moderation.hold(conference, who, form.flag("Hold"), form.text("HoldUrl"), form.method("HoldMethod", "GET"))
        self._modify(conference, who, form)
        if form.has("Muted") and not form.flag("Muted"):
            moderation.mute(conference, who, False)  # last, so that nobody hears what is for one pair of ears
        if form.text("AnnounceUrl"):
            moderation.announce(conference, who, form.text("AnnounceUrl"), form.method("AnnounceMethod"))
        return web.json_response(shapes.participant(conference, who))

    @staticmethod
    def _modify(conference: Conference, who: Participant, form: Form) -> None:
        if form.has("Coaching") or form.has("CallSidToCoach"):
            target = form.text("CallSidToCoach") if form.flag("Coaching", True) else None
            if target is not None and target not in conference.participants:
                raise RestError(400, 21220, "CallSidToCoach is not in the conference")
            moderation.coach(conference, who, target)
        if form.has("EndConferenceOnExit"):
            moderation.end_on_exit(conference, who, form.flag("EndConferenceOnExit"))

    async def delete_participant(self, request: web.Request) -> web.Response:
        """Take a participant out of the conference."""
        conference, who = self._participant(request)
        conference.kick(who)
        return web.Response(status=204)


def _is(wanted: str | None, value: bool) -> bool:
    return wanted is None or (wanted.lower() == "true") == value


def _running(conference: Conference) -> None:
    if conference.status == "completed":
        raise RestError(404, 20404, "The conference has ended")


def _room(name: str, form: Form) -> str:
    """Return the document that a called participant executes."""
    attributes = "".join(
        f" {attribute}={quoteattr(form.text(parameter))}"
        for parameter, attribute in _ROOM_ATTRIBUTES.items()
        if form.has(parameter)
    )
    events = " ".join(form.words("ConferenceStatusCallbackEvent"))
    if events:
        attributes += f" statusCallbackEvent={quoteattr(events)}"
    return f"<Response><Dial><Conference{attributes}>{escape(name)}</Conference></Dial></Response>"
