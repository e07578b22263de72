"""Surveys: versions that stay, results stored once and found within a data scope, figures, words of refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.ivr.model import FlowPrompt
from chalicelib.kernel.principal import Principal
from chalicelib.survey import exporting, figures, rules, service
from chalicelib.survey.model import Choice, Question, Survey, SurveyResult, SurveyRun
from chalicelib.survey.ports import ports
from chalicelib.survey.routes import router

NOW = 1_795_334_400_000
MARKS = tuple(Choice(key=str(mark), label=f"mark {mark}", score=mark) for mark in range(1, 6))


def question(question_id: str, low: int | None = 2, choices: tuple[Choice, ...] = MARKS) -> Question:
    return Question(
        question_id=question_id,
        name=question_id.upper(),
        prompt=FlowPrompt(texts={"en": "?"}),
        choices=choices,
        low=low,
    )


SURVEY = Survey(name="care", questions=(question("service"), question("speed", None)), survey_id="s1", version=3)
KEYS = st.lists(st.sampled_from(["1", "2", "3", "4", "5", "9", None]), max_size=12)


def run_through(keys: list[str | None]) -> SurveyRun:
    run = SurveyRun(survey_id="s1", began_at=NOW, version=3)
    for number, key in enumerate(keys):
        if run.ended_at is None:
            run = rules.answered(run, SURVEY, key, NOW + number)
    return run


def result(keys: list[str | None], number: int = 1, **fields: Any) -> SurveyResult:
    made = rules.result_of(
        run_through(keys), 1, f"c{number}", questions=2, direction="inbound", customer_number="+8613800138000"
    )
    return replace(made, at=NOW + number, **{"agent_id": "agent1", "group_id": "8001", **fields})


# --- rules


@given(KEYS)
def test_a_run_ends_and_never_answers_a_question_twice(keys: list[str | None]) -> None:
    run = run_through([*keys, None, None])
    given_ids = [answer.question_id for answer in run.answers]
    assert run.ended_at is not None
    assert given_ids == sorted(set(given_ids), key=["service", "speed"].index)
    assert all(answer.low == (answer.question_id == "service" and answer.score in (1, 2)) for answer in run.answers)


@given(st.lists(KEYS, max_size=20))
def test_figures_add_up_whatever_the_order(many: list[list[str | None]]) -> None:
    results = [result(keys, number) for number, keys in enumerate(many)]
    found = figures.fold(results, {"s1": SURVEY}, whole=True)
    assert found == figures.fold(reversed(results), {"s1": SURVEY}, whole=True)
    assert found.asked == len(many)
    assert found.complete <= found.answered <= found.asked
    for each in found.questions:
        assert sum(key.count for key in each.keys) == each.answered
        assert [key.key for key in each.keys] == ["1", "2", "3", "4", "5"]
        total = sum((key.score or 0) * key.count for key in each.keys)
        assert each.average == round(total / each.answered, 2)


def test_a_question_that_was_taken_out_keeps_its_answers() -> None:
    shorter = replace(SURVEY, questions=(question("speed"),))
    found = figures.fold([result(["1", "5"])], {"s1": shorter}, whole=True)
    assert [(one.name, one.answered) for one in found.questions] == [("SPEED", 1), ("service", 1)]
    assert [one.name for one in figures.fold([result(["1"])], {}, whole=True).questions] == ["service"]


def test_what_is_no_mark_has_no_average() -> None:
    assert rules.average([None, None]) is None
    assert rules.average([1, None, 2]) == 1.5


@pytest.mark.parametrize(
    ("questions", "code"),
    [
        ((question("a"), question("a")), "survey_question_repeated"),
        ((question("a", choices=(MARKS[0], MARKS[0])),), "survey_key_repeated"),
        ((replace(question("a"), prompt=FlowPrompt()),), "survey_question_silent"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    client: Callable[..., Any], administrator: Principal, questions: tuple[Question, ...], code: str
) -> None:
    answer = client(router).post("/surveys", replace(SURVEY, questions=questions), who=administrator)
    assert (answer.status, answer.body["code"]) == (422, code)
    assert answer.body["detail"]


# --- surveys and their versions


@pytest.fixture
def api(tables: None, client: Callable[..., Any]) -> Any:  # noqa: ARG001
    return client(router)


def test_versions_stay_when_a_survey_is_changed_and_deleted(api: Any, administrator: Principal) -> None:
    made = api.post("/surveys", replace(SURVEY, survey_id="mine", version=7), who=administrator).body
    survey_id = made["survey_id"]
    assert (made["version"], survey_id != "mine") == (1, True)
    path = f"/surveys/{survey_id}"
    changed = api.put(path, {**made, "name": "new"}, who=administrator)
    assert (changed.status, changed.body["version"]) == (200, 2)
    stale = api.put(path, {**made, "name": "late"}, who=administrator)
    assert (stale.status, stale.body["code"]) == (409, "changed_meanwhile")
    assert [service.version(survey_id, number).name for number in (1, 2)] == ["care", "new"]
    assert [one["survey_id"] for one in api.get("/surveys", who=administrator).body["items"]] == [survey_id]
    assert api.delete(path + "?version=2", who=administrator).status == 204
    assert api.get(path, who=administrator).status == 404
    assert service.version(survey_id, 2).name == "new"


def test_a_survey_in_use_is_not_deleted(api: Any, administrator: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    made = api.post("/surveys", SURVEY, who=administrator).body
    monkeypatch.setattr(ports, "user_of", lambda _: "客服")
    answer = api.delete(f"/surveys/{made['survey_id']}", who=administrator)
    assert (answer.status, answer.body["code"], answer.body["params"]["by"]) == (409, "in_use", "客服")


def test_who_may_what(api: Any, principal: Callable[..., Principal]) -> None:
    nobody = principal()
    for path in ("/surveys", "/survey-results", "/survey-results/figures", "/survey-results/export"):
        assert api.get(path, who=nobody).status == 403
    assert api.post("/surveys", SURVEY, who=principal("surveys.read")).status == 403


# --- results


@pytest.fixture
def told(tables: None, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:  # noqa: ARG001
    """Which low answers the walls were told of."""
    found: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(ports, "tell", lambda result, places: found.append((result.call_id, places)))
    monkeypatch.setattr("chalicelib.survey.service.now_ms", lambda: NOW + 60_000)
    service.file(result(["1", "5"], 1), ("north",), 1)
    service.file(result(["5", "5"], 2), ("north",), 1)
    service.file(result(["4"], 3, agent_id="agent2", group_id="8002"), ("south",), 1)
    return found


def calls(api: Any, who: Principal, query: str = "") -> list[str]:
    return [one["call_id"] for one in api.get(f"/survey-results{query}", who=who).body["items"]]


def test_a_low_answer_is_told_and_a_result_stored_once(told: list[Any]) -> None:
    assert told == [("c1", ("north",))]
    service.file(result(["1", "5"], 1), ("north",), 1)
    who = Principal(username="root", scope="all")
    assert [one.call_id for one in service.search(service.Asked(), who).items] == ["c3", "c2", "c1"]


@pytest.mark.usefixtures("told")
def test_results_are_found_within_the_data_scope(api: Any, principal: Callable[..., Principal]) -> None:
    root = principal("surveys.results")
    assert calls(api, root) == ["c3", "c2", "c1"]
    assert calls(api, root, "?low=true") == ["c1"]
    assert calls(api, root, "?group_id=8002") == calls(api, root, "?agent_id=agent2") == ["c3"]
    assert calls(api, root, f"?from={NOW + 2}&to={NOW + 3}") == ["c2"]
    assert calls(api, root, "?survey_id=other") == []
    north = principal("surveys.results", scope="subtree", department_ids=("north",))
    assert calls(api, north) == ["c2", "c1"]
    assert calls(api, principal("surveys.results", scope="own", username="agent2")) == ["c3"]
    first = api.get("/survey-results?limit=1", who=root).body
    assert calls(api, root, f"?cursor={first['cursor']}") == ["c2", "c1"]


@pytest.mark.usefixtures("told")
def test_figures_and_export_are_of_what_one_may_see(api: Any, principal: Callable[..., Principal]) -> None:
    north = principal("surveys.results", scope="subtree", department_ids=("north",))
    found = api.get("/survey-results/figures", who=north).body
    assert (found["asked"], found["answered"], found["complete"], found["low"], found["average"], found["whole"]) == (
        2, 2, 2, 1, 4.0, True,
    )  # fmt: skip
    text = exporting.csv_of(service.Asked(), north, "en")
    assert text.count("\n") == 5
    assert "'+8613800138000" in text
    assert service.own("agent1", NOW) == (2, 4.0)
    assert service.own("agent1", NOW + 2) == (1, 5.0)
    assert service.own("nobody", NOW) == (0, None)
