"""Connects capabilities with what those above them know, once, when the application starts."""

from collections.abc import Sequence
from functools import partial

from chalicelib.acd import service as acd
from chalicelib.acd import tables as acd_tables
from chalicelib.acd.groups import groups_using
from chalicelib.calls import effects
from chalicelib.calls.flow_library import LIBRARY
from chalicelib.crm import service as crm
from chalicelib.crm.model import CallContext
from chalicelib.directory import tables as directory_tables
from chalicelib.directory import uses
from chalicelib.identity import accounts
from chalicelib.identity import service as identity
from chalicelib.ivr import service as flows
from chalicelib.ivr.service import Surroundings
from chalicelib.ivr.validation import References
from chalicelib.prompts import service as prompts
from chalicelib.prompts import tables as prompt_tables
from chalicelib.prompts.model import PromptUser
from chalicelib.recordings import service as recordings
from chalicelib.recordings.model import Recording
from chalicelib.survey import tables as survey_tables
from chalicelib.survey.model import SurveyResult
from chalicelib.survey.ports import ports as survey
from chalicelib.voicemail.model import Voicemail
from chalicelib.voicemail.ports import ports as voicemail


def connect() -> None:
    """Connect everything; safe to repeat."""
    acd.carry_out_with(effects.perform)
    identity.use_agent_states(_agent_states)
    crm.provide_calls(_call_context)
    prompts.connect(_users_of_prompt)
    users_of = partial(uses.users_of, "flow")
    flows.connect(Surroundings(references=_references, users_of=users_of, library=LIBRARY))
    uses.ask_too("groups", groups_using)
    uses.ask_too("flows", flows.using)
    recordings.announce_voicemails_to(_file_voicemail)
    voicemail.tell = _tell_voicemail
    survey.tell = _tell_low_answer
    survey.user_of = _user_of_survey
    accounts.refuse_deletion_when(_group_of_user)
    accounts.refuse_deletion_when(_route_to_user)


def _agent_states(agent_ids: Sequence[str]) -> dict[str, str]:
    from chalicelib.realtime import wall  # for the address book alone

    return wall.states(agent_ids)


def _file_voicemail(recording: Recording) -> None:
    from chalicelib.voicemail import service  # for the recordings' worker alone

    service.file(recording)


def _tell_voicemail(message: Voicemail) -> None:
    from chalicelib.realtime import voicemails  # for those who change messages alone

    voicemails.tell(message)


def _tell_low_answer(result: SurveyResult, departments: tuple[str, ...]) -> None:
    from chalicelib.realtime import low_answers  # for the worker that files results alone

    low_answers.tell(result, departments)


def _user_of_survey(survey_id: str) -> str | None:
    group = next((group.name for group in acd_tables.groups.all() if group.survey_id == survey_id), None)
    return group or next(iter(uses.users_of("survey", survey_id)), None)


def _call_context(call_id: str) -> CallContext | None:
    call = acd.stage().store.call(call_id)
    if call is None:
        return None
    taking_part = (*call.agent_ids, *(offer.agent_id for offer in call.live_offers))
    return CallContext(
        number=call.customer_number,
        agent_ids=tuple(dict.fromkeys(id for id in taking_part if id)),
        group_id=call.group_id,
        trunk_number=call.trunk_number,
        ivr_path=call.ivr_path,
        variables=call.variables,
    )


def _references() -> References:
    return References(
        groups=frozenset(group.group_id for group in acd_tables.groups.all()),
        extensions=frozenset(extension.extension for extension in directory_tables.extensions.all()),
        prompts={prompt.prompt_id: tuple(prompt.contents) for prompt in prompt_tables.prompts.all()},
        schedules=frozenset(schedule.schedule_id for schedule in directory_tables.schedules.all()),
        surveys=frozenset(survey.survey_id for survey in survey_tables.surveys.all()),
    )


def _users_of_prompt(prompt_id: str) -> list[PromptUser]:
    groups = (
        PromptUser("group", group.group_id, group.name)
        for group in acd_tables.groups.all()
        if prompt_id in (group.greeting_prompt_id, group.music_prompt_id)
    )
    asked = (
        PromptUser("survey", one.survey_id, one.name)
        for one in survey_tables.surveys.all()
        if prompt_id
        in {prompt.prompt_id for prompt in (one.intro, one.thanks, *(each.prompt for each in one.questions))}
    )
    return [*(PromptUser("flow", id, name) for id, name in flows.naming_prompt(prompt_id)), *groups, *asked]


def _group_of_user(username: str) -> str | None:
    return next((member.group_id for member in acd_tables.memberships(username)), None)


def _route_to_user(username: str) -> str | None:
    return next(iter(uses.users_of("agent", username)), None)
