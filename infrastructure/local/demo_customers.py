"""Customers of the demo company. Names, numbers and companies are invented."""

from typing import Final, NamedTuple


class Person(NamedTuple):
    """A demo customer. phones: as people write them."""

    name: str
    phones: tuple[str, ...]
    company: str = ""
    notes: str = ""


_FAMILY: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶"
_GIVEN: Final = ("建国", "秀英", "思远", "雨桐", "志强", "晓燕", "浩然", "梦琪", "文博", "丽娟")
_COMPANIES: Final = ("", "云帆物流", "青禾食品", "", "海石建材", "明德教育", "", "启程旅行社")
_NOTES: Final = ("", "老客户,偏好上午联系。", "", "合同十二月到期,需跟进续约。", "对发货时间较敏感。")

_NAMED: Final = [
    Person("陈嘉怡", ("+8613800138000", "010-62345678"), "云帆物流", "重要客户,来电请优先转接李静。"),
    Person("林志远", ("+8613900139000",), "海石建材", "上周咨询过报价。"),
    Person("欧阳雪", ("+8613700137000", "+85261234567"), "青禾食品", "常在香港,可用粤语或普通话。"),
    Person("司马文清", ("+8618600186000",), "", "投诉已处理,回访满意。"),
    Person("Emma Wilson", ("+14155550123",), "Northwind Traders", "Prefers English."),
]


def customers() -> list[Person]:
    """Return some dozens of customers, the same each time."""
    return [*_NAMED, *(_made(place) for place in range(len(_FAMILY)))]


def _made(place: int) -> Person:
    return Person(
        name=_FAMILY[place] + _GIVEN[place * 7 % len(_GIVEN)],
        phones=(f"+86135{place * 7_654_321 % 100_000_000:08}",),
        company=_COMPANIES[place % len(_COMPANIES)],
        notes=_NOTES[place % len(_NOTES)],
    )
