"""A survey as the customer hears it, after the conversation or in a flow. Documents are stored with the call."""

from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.rules import surveying
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import recording
from chalicelib.calls.destinations import Destination, follow
from chalicelib.ivr import prompt_library
from chalicelib.ivr.base import LOCALE_OF, FlowPrompt
from chalicelib.ivr.rendering import render
from chalicelib.ivr.steps import Done
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.survey import service as surveys
from chalicelib.survey.model import Question, Survey, SurveyResult
from chalicelib.survey.rules import result_of
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Prompt, Say
from chalicelib.telephony.signature import voice_url

WRONG_KEY = {"zh-CN": "按键无效。", "en": "That key is not one of the choices."}
Prompts = tuple[Prompt, ...]


def first_question(call_id: str) -> Document:
    """The customer comes to the survey that his agent left him to. Asked again: the document that he has."""
    try:
        call = stage().act(call_id, ask).call
    except NotFound:
        return documents.hang_up()
    return documents.hang_up() if call.over else call.document


def ask_in_flow(at: Destination, survey_id: str) -> Document:
    """A flow asks its caller, after what is said; it goes on after the last question."""
    surveying.open_run(at.scene, survey_id, group_id=at.scene.call.group_id or "")
    ask(at.scene, at.prompts)
    return at.scene.call.document


def ask(scene: Scene, before: Prompts = ()) -> None:
    """Put the first question of the survey that is open; nothing changes once it was put. before: said before it."""
    run = scene.call.survey
    if run is None or run.version:
        return
    try:
        survey = surveys.read(run.survey_id)
    except NotFound:
        log.warn("survey is missing", survey_id=run.survey_id, correlation_id=scene.call.call_id)
        _goes_on(scene, before)
        return
    surveying.put(scene, survey)
    _question(scene, survey, (*before, *_words(scene, survey.intro)))


def answered(call_id: str, step: int, digits: str | None) -> Document:
    """The customer pressed a key, or let the time pass. A repeated or late request gets the stored document."""

    def decide(scene: Scene) -> None:
        run = scene.call.survey
        if run is None or not run.version or scene.call.step != step:
            return
        survey = surveys.version(run.survey_id, run.version)
        surveying.answer(scene, survey, digits)
        after = scene.call.surveys[-1]
        if after.ended_at is not None:
            _goes_on(scene, _words(scene, survey.thanks))
        else:
            wrong = bool(digits) and len(after.answers) == len(run.answers)
            _question(scene, survey, (Say(WRONG_KEY, scene.call.language),) if wrong else ())

    try:
        call = stage().act(call_id, decide).call
    except NotFound:
        return documents.hang_up()
    return documents.hang_up() if call.over else call.document


def _question(scene: Scene, survey: Survey, before: Prompts) -> None:
    call = scene.call
    question: Question = survey.questions[call.surveys[-1].question]
    step = call.step + 1
    document = documents.gather(
        (*before, *_words(scene, question.prompt)),
        voice_url("/survey", call_id=call.call_id, step=step),
        num_digits=1, timeout_s=survey.answer_s, finish_on_key="", stop_recordings=recording.names(call),
    )  # fmt: skip
    scene.change(place="flow", step=step, document=document)


def _goes_on(scene: Scene, words: Prompts) -> None:
    """Nothing more is asked: a flow goes on, after a conversation the customer is thanked and the line ends."""
    if scene.call.state is CallState.IN_FLOW:
        follow(Destination(scene, words), Done())
    else:
        scene.change(place="flow", step=scene.call.step + 1, document=documents.hang_up(words))


def _words(scene: Scene, prompt: FlowPrompt) -> Prompts:
    return render([prompt_library.heard_prompt(prompt)], LOCALE_OF.get(scene.call.language, "zh-CN"), {})


def file_after(call_id: str) -> None:
    """File what the customer of an ended call answered; again: the same results."""
    call = stage().store.call(call_id)
    if call is not None and call.over:
        _file(call)


def _file(call: Call) -> None:
    for number, run in enumerate(call.surveys, 1):
        if run.version:
            survey = surveys.version(run.survey_id, run.version)
            result: SurveyResult = result_of(
                run, number, call.call_id, questions=len(survey.questions), direction=call.direction,
                customer_number=call.customer_number,
            )  # fmt: skip
            surveys.file(result, recording.departments(call), call.version)
