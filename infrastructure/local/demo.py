"""Demo data of the laptop stack: people, numbers, groups, flow and customers of a small company.

Each step may be repeated: what is there already stays as it is, also when somebody has changed it since.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension, Interval, Route, Schedule, SpecialDay, TrunkNumber, Weekly
from chalicelib.identity import accounts, organisation
from chalicelib.identity.model import Department, User
from chalicelib.identity.permissions import ALL
from chalicelib.identity.reasons import DEFAULTS
from chalicelib.kernel.errors import AlreadyExists, ChangedMeanwhile
from chalicelib.kernel.principal import Principal
from infrastructure.local.carrier import PHONES_REALM
from infrastructure.local.demo_customers import customers as people_to_serve

SEEDER: Final = Principal(username="seed", name="seed", permissions=ALL, scope="all")
TRUNK_NUMBER: Final = "+861055550100"
CARRIER: Final = "simulator"
FLOW: Final = "demo"
SALES: Final = "8001"
SERVICE: Final = "8002"
ALL_DAY: Final = "all-day"
OFFICE_HOURS: Final = "office-hours"
DESK_PHONES: Final = ("1005", "1006")

_DEPARTMENTS: Final = [
    Department(department_id="headquarters", name="知音科技", parent_id=None),
    Department(department_id="sales", name="销售部", parent_id="headquarters"),
    Department(department_id="service", name="客服部", parent_id="headquarters"),
    Department(department_id="finance", name="财务部", parent_id="headquarters"),
]
_USERS: Final = [
    User(username="agent1", name="李静", roles=["agent"], department_id="sales"),
    User(username="agent2", name="王磊", roles=["agent"], department_id="sales"),
    User(username="agent3", name="张敏", roles=["agent"], department_id="sales"),
    User(username="agent4", name="刘洋", roles=["agent"], department_id="service"),
    User(username="agent5", name="陈晨", roles=["agent"], department_id="service"),
    User(username="supervisor1", name="赵雪梅", roles=["supervisor"], department_id="headquarters"),
    User(username="admin1", name="黄志强", roles=["administrator"], department_id="headquarters"),
    User(username="finance1", name="孙丽华", roles=["finance"], department_id="finance"),
    User(username="qa1", name="周涛", roles=["qa"], department_id="headquarters"),
    User(username="integrator1", name="吴昊", roles=["integrator"], department_id="headquarters"),
]
_MEMBERS: Final = {
    SALES: [("agent1", 9, 1), ("agent2", 7, 1), ("agent3", 5, 1), ("supervisor1", 1, 9)],
    SERVICE: [("agent4", 9, 1), ("agent5", 7, 1), ("agent3", 5, 2), ("agent1", 3, 2)],
}


def _once(create: Callable[..., object], *arguments: Any) -> None:
    with suppress(AlreadyExists):
        create(*arguments)


def people() -> None:
    """Departments, users, and the lists of reasons and dispositions."""
    for department in _DEPARTMENTS:
        _once(organisation.create_department, department)
    for user in _USERS:
        _once(accounts.record_user, SEEDER, user)
    with suppress(ChangedMeanwhile):
        organisation.write_reasons(DEFAULTS)


def numbers() -> None:
    """Schedules, the trunk number, an extension for every agent (the last one has a desk phone), one in the hall."""
    _once(directory.create_schedule, _all_day())
    _once(directory.create_schedule, _office_hours())
    _once(directory.create_trunk_number, _trunk_number())
    for place in range(1, 6):
        name = next(user.name for user in _USERS if user.username == f"agent{place}")
        _once(directory.create_extension, _extension(f"100{place}", f"agent{place}", name))
    _once(directory.create_extension, _extension("1006", None, "前台"))


def _extension(number: str, username: str | None, name: str) -> Extension:
    if number not in DESK_PHONES:
        return Extension(extension=number, kind="browser", username=username, name=name)
    return Extension(extension=number, kind="sip", address=f"sip:{number}@{PHONES_REALM}", username=username, name=name)


def _all_day() -> Schedule:
    """The demo answers day and night, whenever somebody tries it."""
    hours = [Interval(from_="00:00", to="24:00")]
    weekly = Weekly(mon=hours, tue=hours, wed=hours, thu=hours, fri=hours, sat=hours, sun=hours)
    return Schedule(schedule_id=ALL_DAY, name="全天候", weekly=weekly)


def _office_hours() -> Schedule:
    hours = [Interval(from_="09:00", to="12:00"), Interval(from_="13:30", to="18:00")]
    voicemail = Route(kind="voicemail", id=SERVICE)
    return Schedule(
        schedule_id=OFFICE_HOURS,
        name="工作日",
        weekly=Weekly(mon=hours, tue=hours, wed=hours, thu=hours, fri=hours),
        dates=[
            SpecialDay(date="2027-01-01", name="元旦", route=voicemail),
            SpecialDay(date="2027-02-05", name="除夕", route=voicemail),
            SpecialDay(date="2027-02-06", name="春节", route=voicemail),
            SpecialDay(date="2027-05-01", name="劳动节", route=voicemail),
            SpecialDay(date="2027-10-01", name="国庆节", route=voicemail),
        ],
    )


def _trunk_number() -> TrunkNumber:
    return TrunkNumber(
        number=TRUNK_NUMBER,
        name="演示热线",
        carrier=CARRIER,
        flow_id=FLOW,
        group_id=SALES,
        schedule_id=ALL_DAY,
        closed_route=Route(kind="voicemail", id=SERVICE),
    )


def groups() -> None:
    """Groups 8001 sales and 8002 service with their members."""
    from chalicelib.acd import service as acd
    from chalicelib.acd import tables
    from chalicelib.acd.model.group import Group

    texts = {"zh-CN": "感谢来电,请稍候。", "en": "Thank you for calling. Please hold."}
    leave = {"zh-CN": "请在提示音后留言。", "en": "Please leave a message after the tone."}
    for group_id, name, department_id in ((SALES, "销售", "sales"), (SERVICE, "客服", "service")):
        group = Group(
            group_id=group_id,
            name=name,
            extension=group_id,
            greeting=texts,
            voicemail_greeting=leave,
            department_id=department_id,
            max_wait_s=300,
            timeout_route=Route(kind="voicemail", id=group_id),
            max_waiting=50,
            overflow_route=Route(kind="voicemail", id=group_id),
            recording_control="manual",
        )
        _once(tables.groups.create, group)
        names = {user.username: user.name for user in _USERS}
        for username, level, priority in _MEMBERS[group_id]:
            if tables.member(group_id, username) is None:
                acd.put_member(group_id, username, name=names[username], level=level, priority=priority)


def flow() -> None:
    """The bilingual demo flow, published."""
    from chalicelib.ivr import demo, service

    _once(service.create, "演示流程", demo.demo_flow(), FLOW)
    if service.read(FLOW).published_version is None:
        service.publish(FLOW, SEEDER.username)


def customers() -> None:
    """Some dozens of customers, shared out among the agents."""
    from chalicelib.crm import service
    from chalicelib.crm.model import NewCustomer
    from chalicelib.telephony.attribution import normalise

    agents = [user for user in _USERS if user.roles == ["agent"]]
    for place, person in enumerate(people_to_serve()):
        if service.find_by_number(normalise(person.phones[0])):
            continue
        owner = agents[place % len(agents)]
        made = NewCustomer(
            **person._asdict(),
            owner=owner.username,
            department_id=owner.department_id,
        )
        service.create(made, SEEDER)
