"""The path of a dry run: what was asked on a call's way, what decided, and how."""

import msgspec


class RouteStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step. asked: what was asked (`rule`, `hours`, `group` …); outcome: the answer, a stable code; by: the name of
    the rule, schedule, group … that gave it; detail: what else there is to say, by name."""

    asked: str
    outcome: str
    by: str = ""
    detail: dict[str, str] = {}
