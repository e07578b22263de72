"""Asks a business system for an http node: only hosts of the organisation's list, within the time that a caller has."""

import time
from urllib.parse import urlsplit

from chalicelib.ivr import settings
from chalicelib.ivr.asking import HttpNode
from chalicelib.ivr.hosts import refusal, target_of
from chalicelib.ivr.http import RETRIED, HttpCall, call_of, results_of, secrets_of
from chalicelib.ivr.steps import Answered
from chalicelib.kernel import egress, log
from chalicelib.kernel.config import config

BUDGET_S = 7.5
"""For all tries together; carriers wait 15 s for a document."""


def ask(node: HttpNode, values: dict[str, str], key: str) -> Answered:
    """Ask, again where that is allowed, and return the status and the variables of the answer."""
    until = time.monotonic() + BUDGET_S
    try:
        secrets = {name: settings.secret(name) for name in secrets_of(node)}
    except KeyError as error:
        log.warn("secret is missing", secret=str(error.args[0]))
        return Answered("failed")
    call = call_of(node, values, secrets, key)
    refused = refusal(target_of(call.url), settings.remembered()) if call else "bad_url"
    if call is None or refused:
        log.warn("flow may not ask", reason=refused)
        return Answered("failed")
    answer = _asked(call, until)
    if isinstance(answer, egress.NoAnswer):
        return Answered("timeout" if answer.timed_out else "failed", {"http_status": ""})
    return Answered(str(answer.status), results_of(node, answer.status, answer.body))


def _asked(call: HttpCall, until: float) -> egress.Answer | egress.NoAnswer:
    """Return the last try's answer, or why there was none."""
    answer: egress.Answer | egress.NoAnswer = egress.NoAnswer("not tried", timed_out=True)
    for _ in range(call.tries):
        left = min(float(call.timeout_s), until - time.monotonic())
        if left <= 0:
            break
        answer = _try(call, left)
        if isinstance(answer, egress.Blocked):
            break
        if isinstance(answer, egress.Answer) and answer.status not in RETRIED:
            break
    return answer


def _try(call: HttpCall, timeout_s: float) -> egress.Answer | egress.NoAnswer:
    began, host = time.monotonic(), urlsplit(call.url).hostname or ""
    request = egress.Outgoing(
        method=call.method, url=call.url, headers=call.headers, body=call.body, timeout_s=timeout_s,
        admit_loopback=config().admits_loopback,
    )  # fmt: skip
    answer: egress.Answer | egress.NoAnswer
    try:
        answer = egress.send(request)
    except egress.NoAnswer as error:
        answer = error
    told = {"status": answer.status} if isinstance(answer, egress.Answer) else {"reason": str(answer)}
    log.log("flow asked", host=host, method=call.method, ms=round((time.monotonic() - began) * 1000), **told)
    return answer
