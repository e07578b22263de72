"""Words for the path of a dry run: a place in a queue, phones that ring, an arrival. A call pays nothing for them."""

from chalicelib.acd.model.group import Group
from chalicelib.acd.model.requirement import Relaxation
from chalicelib.acd.rules.scene import Scene
from chalicelib.directory.model import Decision, Extension, PassedOver, Route


def explain_place(scene: Scene, group: Group, points: int, steps: tuple[Relaxation, ...]) -> None:
    """Say with which priority a call waits, whom it is kept for and what it requires, from when on."""
    if not scene.dry:
        return
    scene.explain("priority", "points", group.name, points=points)
    for step in steps:
        after_s = (step.at - scene.now) // 1000
        if step.key.startswith("@"):
            scene.explain("memory", "kept_for", group.name, agent=step.key[1:], after_s=after_s)
        else:
            outcome = "required" if step.key else "anybody"
            scene.explain("skills", outcome, group.name, skills=step.key, after_s=after_s)
    if group.max_wait_s and group.timeout_route and not group.queue_flow_id:
        scene.explain("then", "timeout", group.name, after_s=group.max_wait_s, **explained(group.timeout_route))


def explain_rings(scene: Scene, extension: Extension) -> None:
    """Say which phones of an extension ring, now and later."""
    if not scene.dry:
        return
    now = [offer.address for offer in scene.call.live_offers]
    later = [ring.phone.address for ring in (scene.call.hunt.rings if scene.call.hunt else ())]
    scene.explain("extension", "rings", extension.extension, now=", ".join(now), later=", ".join(later))
    if extension.unanswered:
        scene.explain("then", "no_answer", extension.extension, **explained(extension.unanswered))


def explained(route: Route | None) -> dict[str, str]:
    """Return what a step says of a route."""
    return {"to": route.kind, "id": route.id or ""} if route else {}


def explain_arrival(scene: Scene, decision: Decision) -> None:
    """Say what lists, hours and rules of the number called have decided."""
    trunk = decision.trunk
    if trunk is None:
        scene.explain("number", "unknown", scene.call.trunk_number)
        return
    scene.explain("number", "known", trunk.name or trunk.number, number=trunk.number)
    codes = {reason.code: reason.about for reason in decision.reasons}
    for code in ("inbound_off", "blacklisted", "whitelisted", "screening_unavailable"):
        if code in codes:
            scene.explain("screening" if code != "inbound_off" else "number", code, codes[code])
    for code in ("schedule_missing", "open", "closed"):
        if code in codes:
            scene.explain("hours", code, trunk.schedule_id or "", why=codes[code])
    for passed in decision.passed_over:
        _explain_passed_over(scene, passed)
    _explain_end(scene, decision, codes)


def _explain_passed_over(scene: Scene, passed: PassedOver) -> None:
    if passed.because is None:
        scene.explain("rule", "other_hours", passed.name, rule=passed.rule)
        return
    because = passed.because
    scene.explain(
        "rule", "passed_over", passed.name, rule=passed.rule, field=because.field, op=because.op, value=because.value,
        has=passed.value,
    )  # fmt: skip


def _explain_end(scene: Scene, decision: Decision, codes: dict[str, str]) -> None:
    to = explained(decision.route)
    if decision.kind == "reject":
        scene.explain("end", "rejected")
    elif "by_rule" in codes:
        scene.explain("rule", "holds", codes["by_rule"], rule=len(decision.passed_over) + 1, **to)
    elif "inbound_off" not in codes:
        outcome = "while_closed" if "closed" in codes else "no_destination" if "no_destination" in codes else "open"
        scene.explain("default", outcome, **to)
