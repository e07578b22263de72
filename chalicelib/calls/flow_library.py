"""What the interpreter asks of the product while it walks: published flows, and what their tests are about."""

from msgspec.structs import replace

from chalicelib.acd.model.call import Call
from chalicelib.acd.rules.scene import Scene
from chalicelib.directory import service as directory
from chalicelib.ivr import prompt_library
from chalicelib.ivr import service as flows
from chalicelib.ivr.model import Document, holidays_of, schedules_of, tests_of
from chalicelib.ivr.questions import AreaTest, ScreeningTest
from chalicelib.ivr.steps import FlowContext
from chalicelib.kernel.errors import NotFound


class FlowLibrary:
    """The published flows as they are heard, and facts as they are when they are asked for."""

    def published(self, flow_id: str) -> tuple[int, Document] | None:
        """Return (version, document) that calls enter now."""
        try:
            version, document = flows.published(flow_id)
        except NotFound:
            return None
        return version, prompt_library.heard(document)

    def version(self, flow_id: str, version: int) -> Document | None:
        """Return a version that was published."""
        try:
            return prompt_library.heard(flows.version(flow_id, version).document)
        except NotFound:
            return None

    def facts(self, document: Document, known: FlowContext) -> FlowContext:
        """Return `known` with what the tests of the document ask for, and no more: each costs a read."""
        tests = list(tests_of(document))
        found = replace(known, open_schedules=_open_schedules(document, known), holidays=_holidays(document, known))
        if any(isinstance(test, AreaTest) for test in tests):
            found = _placed(found)
        if any(isinstance(test, ScreeningTest) for test in tests):
            found = replace(found, screening=directory.screened(known.caller, known.now).verdict)
        return found


LIBRARY = FlowLibrary()


def context_of(scene: Scene, document: Document, **more: str) -> FlowContext:
    """Return what a flow may ask about a call now. more: variables that only the present place knows."""
    call = scene.call
    known = FlowContext(
        now=scene.now, caller=call.customer_number, dialled=call.trunk_number, grade=call.customer_grade,
        variables={**texts_of(call), **more},
    )  # fmt: skip
    return LIBRARY.facts(document, known)


def texts_of(call: Call) -> dict[str, str]:
    """Return what a call carries, as flows know it."""
    return {name: str(value) for name, value in call.variables.items()}


def _open_schedules(document: Document, known: FlowContext) -> dict[str, bool]:
    return {id: directory.is_open(id, known.now) for id in schedules_of(document)}


def _holidays(document: Document, known: FlowContext) -> tuple[str, ...]:
    opennesses = {id: directory.openness(id, known.now) for id in holidays_of(document)}
    return tuple(sorted(id for id, found in opennesses.items() if found and found.reason == "holiday"))


def _placed(known: FlowContext) -> FlowContext:
    from chalicelib.telephony.attribution import attribution  # imports a table that few flows need

    chinese, english = (attribution(known.caller, locale) for locale in ("zh-CN", "en"))
    return replace(known, country=chinese.country_code, places=tuple(filter(None, (chinese.region, english.region))))
