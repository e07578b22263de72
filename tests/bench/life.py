"""One call's whole life through app.py's own handlers: webhooks, API requests, queues, streams, timers, recording."""

import contextlib
import io
import re
import wave
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from tests.bench.driver import AGENT, AGENT_CONNECTION, CUSTOMER, Centre, Clock, Invocation, Json
from tests.bench.emulator import table_definitions
from tests.bench.environment import on_emulator
from tests.bench.gateway import VARIABLES
from tests.bench.meter import Meter, learn_keys, metering

AGENT_LEG = "CA" + "2" * 32
GROUP = "8001"
WAIT_S, TALK_S, WRAP_UP_S, IDLE_SHARE = 60, 300, 30, 0.2
WAV_BYTES_PER_S = 32_000


@dataclass
class Driven:
    """What a call caused. agent_s: the agent's time that the call took."""

    invocations: list[Invocation]
    meter: Meter
    agent_s: float
    recording_bytes: int


class Carrier:
    """What CarrierClient offers: every order is taken."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.orders: list[tuple[str, Json]] = []

    def __getattr__(self, name: str) -> Any:
        from chalicelib.telephony.outcome import Done

        def order(*given: Any, **named: Any) -> Any:
            self.orders.append((name, {"given": given, **named}))
            self.centre.asked.append({"names": ["media" if name == "recording_media" else "carrier"]})
            if name == "recording_media":
                return Done(_wav(TALK_S))
            sid = AGENT_LEG if name == "create_call" else "CF" + "1" * 32
            return Done(SimpleNamespace(sid=sid, status="queued", to="", from_="", name="", gone=False))

        return order

    def last(self, name: str) -> Json:
        """Return the newest order of a kind."""
        return next(named for order, named in reversed(self.orders) if order == name)


def _wav(seconds: int) -> Iterator[bytes]:
    """A silent two-channel recording of 8 kHz, 16 bit."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(seconds * WAV_BYTES_PER_S))
    data = target.getvalue()
    return iter([data[start : start + 262_144] for start in range(0, len(data), 262_144)])


@contextlib.contextmanager
def opened() -> Generator[tuple[Centre, Carrier]]:
    """A centre with demo data, an agent in ten groups and two watchers, in this process."""
    import boto3

    definitions = table_definitions()
    learn_keys(definitions)
    clock = Clock()
    with mock_aws(), on_emulator({**VARIABLES, "POWERTOOLS_LOG_LEVEL": "INFO"}):
        client = boto3.client("dynamodb", region_name="us-east-1")
        for definition in definitions:
            client.create_table(**definition)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=VARIABLES["ZHIYIN_RECORDINGS_BUCKET"])
        import app
        from chalicelib.calls import effects

        centre = Centre(app, clock)
        carrier = Carrier(centre)
        effects.connect_carriers(lambda _: carrier)  # type: ignore[arg-type,return-value]
        with (
            patch("chalicelib.kernel.clock.time", clock),
            patch("chalicelib.recordings.copying.CarrierClient", lambda *_: carrier),
        ):
            _populate(clock)
            yield centre, carrier


def _populate(clock: Clock) -> None:
    from chalicelib.acd import tables
    from chalicelib.acd.model.group import Group, Member
    from chalicelib.kernel.principal import Principal
    from chalicelib.realtime import model
    from chalicelib.realtime import tables as realtime
    from infrastructure.local import demo

    with metering(lambda client, *_: {} if client.meta.service_model.service_name in ("sqs", "cognito-idp") else None):
        for step in (demo.people, demo.numbers, demo.groups, demo.flow, demo.customers):
            step()
    for number in range(9):
        group = Group(group_id=f"90{number:02d}", name="more", extension=f"90{number:02d}")
        tables.groups.create(group)
        tables.save_member(Member(group_id=group.group_id, username=AGENT))
    topics = {
        AGENT_CONNECTION: [model.own_topic(AGENT)],
        "wall1": [model.WATCHERS, model.EVERYTHING],
        "wall2": [model.WATCHERS, model.EVERYTHING],
    }
    for name, rows in topics.items():
        may = frozenset({"agent.work"}) if name == AGENT_CONNECTION else frozenset[str]()
        who = Principal(username=AGENT if may else name, permissions=may)
        connection = model.Connection(principal=who, expires_at=clock.ms + 7_200_000)
        realtime.save_connection(name, connection, clock.ms // 1000 + 7_200)
        realtime.subscribe(name, rows, clock.ms)


def life_of_a_call() -> Driven:
    """Drive one call from the first webhook to the agent's next ready state; return all that it caused."""
    with opened() as (centre, carrier), metering(centre.instead) as meter:
        centre.meter, meter.listener = meter, centre.streams.hear
        groups = [GROUP, *(f"90{number:02d}" for number in range(9))]
        centre.api("/agent/sign-in", {"groups": groups, "phone": {"kind": "browser"}})
        centre.advance(30, beating=False)
        meter.requests.clear()
        centre.invocations.clear()
        _call(centre, carrier)
        _expect_all_done()
        busy = TALK_S + WRAP_UP_S + 10
        return Driven(centre.invocations, meter, busy * (1 + IDLE_SHARE), TALK_S * WAV_BYTES_PER_S)


def _call(centre: Centre, carrier: Carrier) -> None:
    menu = centre.webhook("/voice/inbound", CallStatus="ringing")
    centre.advance(8, beating=False)
    parked = centre.webhook(_url("action", menu), Digits="1")
    waiting = _url("waitUrl", parked)
    for waited in range(0, WAIT_S, 30):
        centre.webhook(waiting, QueueTime=str(waited))
        centre.advance(30, beating=False)
    centre.api("/agent/ready", {})
    _connect(centre, carrier, _url("action", parked))
    centre.advance(TALK_S)
    _end(centre, carrier)
    centre.advance(WRAP_UP_S + 40)


def _connect(centre: Centre, carrier: Carrier, left_queue: str) -> None:
    dialled = carrier.last("create_call")
    for status in ("initiated", "ringing"):
        centre.webhook(dialled["status_callback"], AGENT_LEG, CallStatus=status)
    centre.api("/screen-pop", None, query={"number": "+8613800138000", "call_id": CUSTOMER})
    centre.advance(4, beating=False)
    centre.webhook(dialled["status_callback"], AGENT_LEG, CallStatus="in-progress")
    conference = _url("statusCallback", centre.webhook(dialled["url"], AGENT_LEG))
    _tell_conference(centre, conference, "participant-join")
    join = carrier.last("redirect_call")["given"][1]
    centre.webhook(left_queue, QueueResult="redirected")
    centre.webhook(join)
    for event in ("participant-join", "conference-start"):
        _tell_conference(centre, conference, event)


def _tell_conference(centre: Centre, url: str, event: str) -> None:
    centre.webhook(url, StatusCallbackEvent=event, ConferenceSid="CF" + "1" * 32)


def _end(centre: Centre, carrier: Carrier) -> None:
    centre.webhook("/voice/status", CallStatus="completed")
    dialled = carrier.last("create_call")
    centre.webhook(dialled["status_callback"], AGENT_LEG, CallStatus="completed")
    from chalicelib.recordings import tables

    (row,) = tables.of_call(CUSTOMER)
    centre.webhook(
        f"/voice/recording?call_id={CUSTOMER}&recording_id={row.recording_id}", RecordingSid="RE" + "1" * 32,
        RecordingStatus="completed", RecordingDuration=str(TALK_S), RecordingChannels="2",
    )  # fmt: skip
    centre.api("/calls/{call_id}/disposition", {"code": "resolved", "note": "bench"}, call_id=CUSTOMER)


def _url(attribute: str, document: str) -> str:
    found = re.search(f'{attribute}="([^"]+)"', document)
    if found is None:
        raise RuntimeError(f"no {attribute} in {document}")
    return found[1].replace("&amp;", "&")


def _expect_all_done() -> None:
    """The figures are worth something only if the call really went all its way."""
    from chalicelib.acd.dynamo import DynamoStore
    from chalicelib.recordings import tables

    store = DynamoStore()
    call, agent = store.call(CUSTOMER), store.agent(AGENT)
    (row,) = tables.of_call(CUSTOMER)
    found = (call and call.state.value, agent and agent.state.value, row.state, call and bool(call.answered_at))
    if found != ("ended", "ready", "stored", True):
        raise RuntimeError(f"the call did not go its way: {found}")
