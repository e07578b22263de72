"""The agent's own state and phone, over HTTP."""

from typing import Annotated

import msgspec

from chalicelib.acd import service
from chalicelib.acd.model.agent import Phone, PhoneKind
from chalicelib.calls.own_figures import OwnFigures, own_figures
from chalicelib.calls.pulse import WORK, Pulse, pulse
from chalicelib.calls.views import AgentView, CallView, public_agent, public_call
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.telephony.carriers import carriers
from chalicelib.telephony.model import Carrier, client_identity
from chalicelib.telephony.phone_token import browser_token

router = Router("agent")

TOKEN_S = 3_600
LONGEST_FIGURES_MS = 48 * 3_600_000


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """groups: ids of the groups to sign in to. phone: where to be rung; browser by default."""

    groups: Annotated[list[str], msgspec.Meta(min_length=1, max_length=40)]
    phone: "PhoneChoice | None" = None


class PhoneChoice(msgspec.Struct, frozen=True, kw_only=True):
    """address: SIP URI or E.164 number; none for a browser. nailed_up: it stays off hook across calls (no browser)."""

    kind: PhoneKind = "browser"
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""
    nailed_up: bool = False


class Reason(msgspec.Struct, frozen=True):
    """A reason code."""

    reason: Annotated[str, msgspec.Meta(max_length=50)] = ""


class Since(msgspec.Struct, frozen=True):
    """An instant (ms)."""

    since: Annotated[int, msgspec.Meta(ge=0)]


class Extension(msgspec.Struct, frozen=True):
    """More seconds of wrap-up."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=600)]


class Heartbeat(msgspec.Struct, frozen=True):
    """phone_ready: the browser phone is registered at the first of its carriers, or in a call."""

    phone_ready: bool = False


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The agent, his present call, and the server's time (ms)."""

    agent: AgentView
    call: CallView | None
    server_time: int


class OwnGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group that the agent is a member of."""

    group_id: str
    name: str
    level: int
    priority: int


class OwnGroups(msgspec.Struct, frozen=True):
    """The agent's groups."""

    items: list[OwnGroup]


class PhoneToken(msgspec.Struct, frozen=True, kw_only=True):
    """How the browser phone reaches one carrier. expires_at: ms.

    At a SIP edge it registers as identity@domain; the digest's user name is `login`, its password `token`.
    """

    carrier: str
    kind: str
    url: str | None
    edge: str | None
    domain: str | None
    identity: str
    login: str | None
    token: str
    expires_at: int


class PhoneTokens(msgspec.Struct, frozen=True):
    """One for each carrier that has browser phones. The first one's line decides whether the agent can be rung."""

    items: list[PhoneToken]


@router.get("/agent", permission=WORK)
def read_agent(who: Principal) -> Snapshot:
    """Read the agent's own state and present call."""
    agent = service.own(who)
    call = service.stage().store.call(agent.call_id) if agent.call_id else None
    return Snapshot(
        agent=public_agent(agent), call=public_call(call) if call else None, server_time=service.stage().clock()
    )


@router.get("/agent/groups", permission=WORK)
def list_own_groups(who: Principal) -> OwnGroups:
    """List the groups that the agent may sign in to."""
    found = service.groups_of(who.username)
    return OwnGroups([OwnGroup(group_id=g.group_id, name=g.name, level=m.level, priority=m.priority) for m, g in found])


@router.get("/agent/figures", permission=WORK)
def read_own_figures(who: Principal, query: Since) -> OwnFigures:
    """Read the agent's own figures since an instant, usually his midnight; at most two days back."""
    if query.since < service.stage().clock() - LONGEST_FIGURES_MS:
        raise InvalidInput(reason="since")
    return own_figures(who, query.since)


@router.post("/agent/sign-in", permission=WORK)
def sign_in(who: Principal, body: SignIn) -> AgentView:
    """Sign in to groups."""
    choice = body.phone or PhoneChoice()
    return public_agent(service.sign_in(who, body.groups, phone_of_choice(choice)))


def phone_of_choice(choice: PhoneChoice) -> Phone:
    """Return the phone that was chosen."""
    return Phone(kind=choice.kind, address=choice.address, nailed_up=choice.nailed_up)


@router.post("/agent/sign-out", permission=WORK)
def sign_out(who: Principal, body: Reason) -> AgentView:
    """Sign out; during a call: afterwards."""
    return public_agent(service.sign_out(who, body.reason))


@router.post("/agent/ready", permission=WORK)
def ready(who: Principal) -> AgentView:
    """Become ready; during a call: afterwards."""
    return public_agent(service.ready(who))


@router.post("/agent/not-ready", permission=WORK)
def not_ready(who: Principal, body: Reason) -> AgentView:
    """Become not ready with a reason; during a call: afterwards."""
    return public_agent(service.not_ready(who, body.reason))


@router.post("/agent/wrap-up/finish", permission=WORK)
def finish_wrap_up(who: Principal) -> AgentView:
    """End wrap-up."""
    return public_agent(service.finish_wrap_up(who))


@router.post("/agent/wrap-up/extend", permission=WORK)
def extend_wrap_up(who: Principal, body: Extension) -> AgentView:
    """Give wrap-up more time."""
    return public_agent(service.extend_wrap_up(who, body.seconds))


@router.post("/agent/heartbeat", permission=WORK)
def heartbeat(who: Principal, body: Heartbeat) -> Pulse:
    """Prove that the page and its phone live, every 20 seconds while there is no socket to say it over."""
    return pulse(who, body.phone_ready)


@router.post("/phone/token", permission=WORK)
def phone_token(who: Principal) -> PhoneTokens:
    """Get tokens for the browser phone, one a carrier, the default carrier's first."""
    identity = client_identity(who.username)
    return PhoneTokens([_token(each, identity) for each in carriers() if each.has_browser_phone])


def _token(carrier: Carrier, identity: str) -> PhoneToken:
    made, phone = browser_token(carrier, identity, TOKEN_S), carrier.browser_phone
    return PhoneToken(
        carrier=carrier.name,
        kind=phone.kind,
        url=phone.url,
        edge=phone.edge,
        domain=carrier.sip_domain if phone.kind == "sip" else None,
        identity=identity,
        login=made.login,
        token=made.token,
        expires_at=made.expires_at,
    )
