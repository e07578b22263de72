"""A carrier for races: phones that ring, answer or not; callers who talk a moment; all that it tells comes late."""

import random
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.bench.chaos import Scheduler


class ScriptedCarrier:
    """What CarrierClient offers: phones that ring, answer or not; callers who talk a moment and hang up."""

    def __init__(self, scheduler: Scheduler, seed: int) -> None:
        self.scheduler = scheduler
        self.random = random.Random(seed)
        self.dialled: Counter[str] = Counter()
        self.legs: dict[str, tuple[str, str]] = {}

    def _later(self, seconds: float, name: str, work: Callable[[], object]) -> None:
        """Deliver a webhook, sometimes twice."""
        for _ in range(2 if self.random.random() < 0.2 else 1):
            self.scheduler.at(self.random.uniform(0, seconds), name, work)

    def create_call(self, to: str, from_: str, url: str, status_callback: str, timeout_s: int) -> Any:
        """Ring an agent's phone: most answer, some do not, some requests are lost on either side."""
        from chalicelib.calls import talk
        from chalicelib.telephony.outcome import Done, Unknown

        del from_, status_callback, timeout_s
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        call_id, offer_id = query["call_id"], query["offer_id"]
        self.dialled[offer_id] += 1
        sid, fate = f"CL{offer_id}-{self.dialled[offer_id]}", self.random.random()
        if fate < 0.01:
            return Unknown("ReadTimeout")  # the leg was never made
        self.legs[sid] = (call_id, offer_id)
        if fate < 0.9:
            self._later(0.3, "answer", lambda: talk.agent_answered(call_id, offer_id, sid, keyed=False))
        else:
            status = "no-answer" if fate < 0.95 else "busy"
            self._later(0.3, status, lambda: talk.party_reports(call_id, offer_id, sid, status))
        answer = SimpleNamespace(sid=sid, status="queued", from_="", to=to)
        return Unknown("ReadTimeout") if fate > 0.99 else Done(answer)

    def redirect_call(self, sid: str, url: str) -> Any:
        """Bring the customer into the conversation; he talks a moment and hangs up."""
        from chalicelib.calls import talk
        from chalicelib.telephony.outcome import Done, Unknown

        del url
        if self.random.random() < 0.01:
            return Unknown("ReadTimeout")
        self._later(0.2, "join", lambda: self._talk(talk, sid))
        return Done(SimpleNamespace(sid=sid, status="in-progress", from_="", to=""))

    def _talk(self, talk: Any, sid: str) -> None:
        talk.customer_joins(sid, sid)
        self._later(0.5, "hang up", lambda: talk.customer_reports(sid, sid, "completed"))

    def end_call(self, sid: str) -> Any:
        """End a leg; its call-back comes later."""
        from chalicelib.calls import talk
        from chalicelib.telephony.outcome import Done

        found = self.legs.get(sid)
        if found:
            self._later(0.3, "left", lambda: talk.party_reports(*found, sid, "completed"))
        return Done(SimpleNamespace(sid=sid, status="completed", from_="", to=""))

    def fetch_call(self, sid: str) -> Any:
        """Tell what became of a leg: customers are there until they have hung up, nobody's phone rings for ever."""
        from chalicelib.telephony.outcome import Done

        status = "no-answer" if sid.startswith("CL") else "in-progress"
        return Done(SimpleNamespace(sid=sid, status=status, from_="", to=""))

    def find_conference(self, friendly_name: str) -> Any:
        """Conferences are not told apart here."""
        from chalicelib.telephony.outcome import Done

        return Done(SimpleNamespace(sid=friendly_name, name=friendly_name, status="in-progress"))

    def set_end_on_exit(self, conference: str, call_sid: str, on: bool) -> Any:
        """Who ends a conference by leaving does not matter without media."""
        from chalicelib.telephony.outcome import Done

        del conference, call_sid, on
        return Done(None)
