"""A telephone of ours dials: the voice URL of its domain is asked, as the provider asks it."""

import pytest

from infrastructure.voice.control.admin import place
from infrastructure.voice.control.guard import AdminError
from infrastructure.voice.legs.scripts import Caller, Step
from infrastructure.voice.settings import Settings
from tests.unit.voice.world import World


@pytest.mark.parametrize("phone", ["sip:1005@voice.local", "client:agent1"])
async def test_a_phone_of_ours_dials(world: World, phone: str) -> None:
    settings = world.exchange.settings
    settings.phones_url, settings.phones_status_url = "http://app.test/phones", "http://app.test/phone-status"
    world.document("/phones", "<Dial><Conference>hall</Conference></Dial>")

    call = place(world.exchange, Caller(from_=phone, to="+86 139", steps=[Step(wait_s=5), Step(hang_up=True)]))
    await world.run(10)

    (asked,) = world.platform.to("/phones")
    assert (asked["From"], asked["To"], asked["Direction"]) == (phone, "sip:%2B86%20139@voice.local", "inbound")
    assert world.platform.to("/phone-status")[-1]["CallStatus"] == "completed"
    assert call.ended_by == "caller"


async def test_without_a_voice_url_it_may_not(world: World) -> None:
    with pytest.raises(AdminError) as refused:
        place(world.exchange, Caller(from_="sip:1005@voice.local", to="1001"))
    assert (refused.value.status, refused.value.code) == (409, "no_phones_url")
    assert Settings().realm == "voice.local"
