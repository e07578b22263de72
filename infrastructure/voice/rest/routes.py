"""Which path leads where."""

from aiohttp import web

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.rest.calls import Calls
from infrastructure.voice.rest.conferences import Conferences
from infrastructure.voice.rest.errors import PREFIX
from infrastructure.voice.rest.others import Numbers, Queues
from infrastructure.voice.rest.recordings import Recordings


def routes(exchange: Exchange) -> list[web.RouteDef]:
    """Return the provider's routes."""
    calls, conferences, recordings = Calls(exchange), Conferences(exchange), Recordings(exchange)
    queues, numbers = Queues(exchange), Numbers(exchange)
    base = PREFIX + "/Accounts/{account}"
    call, room = base + "/Calls/{call}", base + "/Conferences/{conference}"
    person, recording = room + "/Participants/{participant}.json", base + "/Recordings/{recording}"
    queue, number = base + "/Queues/{queue}", base + "/IncomingPhoneNumbers/{number}.json"
    return [
        web.post(base + "/Calls.json", calls.create),
        web.get(base + "/Calls.json", calls.list),
        web.get(call + ".json", calls.fetch),
        web.post(call + ".json", calls.update),
        web.delete(call + ".json", calls.delete),
        web.post(call + "/Recordings.json", calls.create_recording),
        web.get(call + "/Recordings.json", calls.list_recordings),
        web.get(call + "/Recordings/{recording}.json", calls.fetch_recording),
        web.post(call + "/Recordings/{recording}.json", calls.update_recording),
        web.get(base + "/Conferences.json", conferences.list),
        web.get(room + ".json", conferences.fetch),
        web.post(room + ".json", conferences.update),
        web.get(room + "/Participants.json", conferences.list_participants),
        web.post(room + "/Participants.json", conferences.create_participant),
        web.get(person, conferences.fetch_participant),
        web.post(person, conferences.update_participant),
        web.delete(person, conferences.delete_participant),
        web.get(base + "/Recordings.json", recordings.list),
        web.get(recording + ".json", recordings.fetch),
        web.delete(recording + ".json", recordings.delete),
        web.get(recording + ".wav", recordings.media),
        web.get(recording, recordings.media),
        web.get(base + "/Queues.json", queues.list),
        web.post(base + "/Queues.json", queues.create),
        web.get(queue + ".json", queues.fetch),
        web.post(queue + ".json", queues.update),
        web.get(queue + "/Members.json", queues.list_members),
        web.get(queue + "/Members/{member}.json", queues.fetch_member),
        web.get(base + "/IncomingPhoneNumbers.json", numbers.list),
        web.get(number, numbers.fetch),
        web.post(number, numbers.update),
    ]
