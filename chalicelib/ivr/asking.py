"""Nodes that reach beyond the flow: business systems, customers, callbacks, short messages, other flows."""

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.ivr.base import Id, Locale, NodeBase, Outcome, Prompts, Text, Value, Variable

SECRET_NAME = r"[A-Za-z0-9_-]{1,64}"
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
IDEMPOTENT: frozenset[Method] = frozenset({"GET", "PUT", "DELETE"})
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$", max_length=64)]
JsonPath = Annotated[str, Meta(min_length=1, max_length=200)]


class HttpNode(NodeBase, tag="http", frozen=True, kw_only=True):
    """Asks a business system; the prompts are said before.

    url, headers, body: `{variable}` takes its value, escaped for its place; `{{secret.NAME}}` stands for a secret in
    headers and body. body: JSON, "" for none. results: variable → JMESPath into the JSON answer. retries: after no
    answer and 429, 502, 503, 504; of POST and PATCH only if `repeatable`. Outcomes: `ok` for 2xx, `timeout`, the status
    itself (`404`) where that has an edge, else `failed`. The variable `http_status` has the status.
    """

    method: Method = "GET"
    url: Annotated[str, Meta(min_length=1, max_length=2_000)]
    headers: Annotated[dict[HeaderName, Value], Meta(max_length=20)] = {}
    body: Annotated[str, Meta(max_length=10_000)] = ""
    timeout_s: Annotated[int, Meta(ge=1, le=5)] = 3
    retries: Annotated[int, Meta(ge=0, le=2)] = 0
    repeatable: bool = False
    results: Annotated[dict[Variable, JsonPath], Meta(max_length=20)] = {}
    prompts: Prompts = []


class LookupNode(NodeBase, tag="lookup", frozen=True, kw_only=True):
    """Finds a customer by a phone number or an id: `found`, `not_found`, `many`.

    Of the one who is found, `<prefix>_id`, `_name`, `_company`, `_grade` and `_owner` are set. adopt: the call is his
    from now on (screen pop, grade, owner).
    """

    by: Literal["phone", "id"] = "phone"
    value: Value = "{caller}"
    prefix: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,29}$", max_length=30)] = "customer"
    adopt: bool = False


class CallbackNode(NodeBase, tag="callback", frozen=True, kw_only=True):
    """Books a callback by a group: `done`, or `failed` when number or hour will not do.

    hour: "" for the caller's turn (who waits in this group's queue keeps his place), else the next time that it is so
    late in the zone (0–23, usually `{variable}` with a key that was pressed).
    """

    group_id: Id
    number: Value = "{caller}"
    hour: Value = ""
    time_zone: Annotated[str, Meta(max_length=64)] = "Asia/Shanghai"


class SmsNode(NodeBase, tag="sms", frozen=True, kw_only=True):
    """Sends a short message in the caller's language: `next` when it is on its way, `failed` when the number will not
    do."""

    to: Value = "{caller}"
    texts: dict[Locale, Text]


class SubFlowNode(NodeBase, tag="sub_flow", frozen=True, kw_only=True):
    """Goes through another published flow, then on by the outcome that its return node names.

    inputs: its variables → values. outputs: variables here → its variables. It has no other variables in common with
    this flow. `next` for an outcome without an edge; `failed` when there is no such flow, or flows are nested too deep.
    """

    flow_id: Id
    inputs: Annotated[dict[Variable, Value], Meta(max_length=50)] = {}
    outputs: Annotated[dict[Variable, Variable], Meta(max_length=50)] = {}


class ReturnNode(NodeBase, tag="return", frozen=True, kw_only=True):
    """Goes back to the flow that called this one, which goes on by `outcome`. A flow that nobody called hangs up."""

    outcome: Outcome = "next"
