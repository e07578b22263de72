"""Phone numbers and the browser phone's token."""

import jwt
import phonenumbers
import pytest
from telephony_kit import SIMULATOR

from chalicelib.telephony.attribution import InvalidNumber, attribution, is_emergency, national, normalise
from chalicelib.telephony.phone_token import browser_token
from chalicelib.telephony.regions import data_version


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("010-5555 0100", "+861055550100"),
        ("+86 10 5555 0100", "+861055550100"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("0044 20 7946 0018", "+442079460018"),
        ("0755 2345 6789", "+8675523456789"),
        ("110", "+86110"),
        ("10086", "+8610086"),
        ("+8610086", "+8610086"),
        ("955 88", "+8695588"),
    ],
)
def test_numbers_as_people_write_them(written: str, stored: str) -> None:
    assert normalise(written) == stored


def test_short_numbers_are_read_as_they_are_dialled() -> None:
    assert [national(number) for number in ("+86110", "+8610086", "+8695588")] == ["110", "10086", "95588"]
    found = attribution("+8695588", "zh-CN")
    assert (found.national, found.country, found.region, found.carrier_name) == ("95588", "中国", "", "")


def test_emergency_numbers() -> None:
    numbers = ("110", "119", "120", "+86110", "10086", "1100", "+8613800138000", "1001", "")
    assert [number for number in numbers if is_emergency(number)] == ["110", "119", "120", "+86110"]


def test_the_region_decides_what_a_short_form_means() -> None:
    assert normalise("(415) 555-2671", "US") == "+14155552671"


@pytest.mark.parametrize("written", ["", "hello", "12", "+86", "1" * 40, "55550100", "'; drop table", "+9991234567"])
def test_what_cannot_be_dialled_is_refused_in_both_languages(written: str) -> None:
    with pytest.raises(InvalidNumber) as refused:
        normalise(written)
    assert written in refused.value.detail("zh-CN")
    assert written in refused.value.detail("en")
    assert refused.value.status == 422


def test_national_form() -> None:
    assert national("+861055550100") == "010 5555 0100"
    assert national("client:agent1") == "client:agent1"
    assert national("+999123456789") == "+999123456789"


def test_attribution_in_both_languages() -> None:
    chinese, english = attribution("+861055550100", "zh-CN"), attribution("+861055550100", "en")
    assert (chinese.country, chinese.region) == ("中国", "北京市")
    assert (english.country, english.region) == ("China", "Beijing")
    assert chinese.national == "010 5555 0100"
    mobile = attribution("+8613800138000", "zh-CN")
    assert (mobile.region, mobile.carrier_name) == ("北京市", "中国移动")


@pytest.mark.parametrize(
    ("number", "locale", "country", "region", "network"),
    [
        ("+8675523456789", "zh-CN", "中国", "广东省深圳市", ""),
        ("+8618612345678", "en", "China", "Beijing", "China Unicom"),
        ("+14155552671", "en", "United States", "San Francisco, CA", ""),
        ("+14155552671", "zh-CN", "美国", "", ""),
        ("+442079460018", "en", "United Kingdom", "London", ""),
        ("+5491123456789", "en", "Argentina", "Buenos Aires", ""),
        ("+999123456789", "en", "", "", ""),
    ],
)
def test_attribution_around_the_world(number: str, locale: str, country: str, region: str, network: str) -> None:
    found = attribution(number, locale)
    assert (found.country, found.region, found.carrier_name) == (country, region, network)


def test_the_table_is_made_from_the_installed_library() -> None:
    assert data_version() == phonenumbers.__version__, "run: python -m chalicelib.telephony.regions_build"


def test_a_withheld_number_belongs_nowhere() -> None:
    found = attribution("anonymous", "en")
    assert (found.number, found.national, found.country, found.region) == ("anonymous", "anonymous", "", "")


def test_the_browser_phones_token() -> None:
    made = browser_token(SIMULATOR, "agent1", 3600)
    token, expires_at = made.token, made.expires_at
    assert made.login is None
    claims = jwt.decode(token, SIMULATOR.api_secret, algorithms=["HS256"])
    assert (claims["iss"], claims["sub"]) == (SIMULATOR.api_key, SIMULATOR.account_sid)
    assert claims["grants"]["identity"] == "agent1"
    assert claims["grants"]["voice"] == {
        "incoming": {"allow": True},
        "outgoing": {"application_sid": SIMULATOR.twiml_app_sid},
    }
    assert abs(claims["exp"] * 1000 - expires_at) < 2_000
