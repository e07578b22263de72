"""VOI-4: numbers as trunks write them become E.164 and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.voice.gateway.numbering import Form, Plan, apply, dialled, inward, outward

BEIJING = Plan(area="10")
BRITAIN = Plan(country="44", area="20")
AMERICA = Plan(country="1", national_prefix="1", international_prefix="011")


@pytest.mark.parametrize(
    ("plan", "sent", "expected"),
    [
        (BEIJING, "+8613800138000", "+8613800138000"),
        (BEIJING, "13800138000", "+8613800138000"),
        (BEIJING, "013800138000", "+8613800138000"),
        (BEIJING, "8613800138000", "+8613800138000"),
        (BEIJING, "01055550100", "+861055550100"),
        (BEIJING, "861055550100", "+861055550100"),
        (BEIJING, "55550100", "+861055550100"),
        (BEIJING, "07715550100", "+867715550100"),
        (BEIJING, "4001234567", "+864001234567"),
        (BEIJING, "95588", "+8695588"),
        (BEIJING, "10086", "+8610086"),
        (BEIJING, "110", "110"),
        (BEIJING, "1001", "1001"),
        (BEIJING, "0014155550100", "+14155550100"),
        (BEIJING, "anonymous", "anonymous"),
        (Plan(), "55550100", "55550100"),
        (BRITAIN, "02079460000", "+442079460000"),
        (BRITAIN, "79460000", "+442079460000"),
        (BRITAIN, "442079460000", "+442079460000"),
        (AMERICA, "14155550100", "+14155550100"),
        (AMERICA, "01186138001380", "+86138001380"),
    ],
)
def test_what_comes_in_is_brought_into_e164(plan: Plan, sent: str, expected: str) -> None:
    assert apply(inward(plan), sent) == expected


@pytest.mark.parametrize("number", ["110", "1001", "10086", "95588", "90001"])
def test_short_numbers_that_a_phone_dials_stay(number: str) -> None:
    """The platform knows whether 10086 is an extension."""
    assert apply(dialled(BEIJING), number) == number
    assert apply(dialled(BEIJING), "13800138000") == "+8613800138000"


@pytest.mark.parametrize(
    ("form", "number", "expected"),
    [
        ("plus", "+8613800138000", "+8613800138000"),
        ("digits", "+8613800138000", "8613800138000"),
        ("international", "+8613800138000", "008613800138000"),
        ("national", "+8613800138000", "13800138000"),
        ("national", "+861055550100", "01055550100"),
        ("national", "+864001234567", "4001234567"),
        ("national", "+8695588", "95588"),
        ("national", "+86110", "110"),
        ("plus", "+86110", "110"),
        ("digits", "+8610086", "10086"),
        ("international", "+8695588", "95588"),
        ("national", "+14155550100", "0014155550100"),
        ("national", "anonymous", "anonymous"),
    ],
)
def test_what_goes_out_is_written_as_the_trunk_wants_it(form: Form, number: str, expected: str) -> None:
    assert apply(outward(BEIJING, form), number) == expected


def test_a_prefix_for_an_outside_line_stands_first() -> None:
    assert apply(outward(BEIJING, "national", "9"), "+861055550100") == "901055550100"


MOBILE = st.from_regex(r"\A\+861[3-9][0-9]{9}\Z")
LANDLINE = st.from_regex(r"\A\+86(10|2[0-9])[2-8][0-9]{7}\Z")
ABROAD = st.from_regex(r"\A\+(1[2-9][0-9]{9}|44[1-9][0-9]{8,9})\Z")


@given(st.one_of(MOBILE, LANDLINE, ABROAD), st.sampled_from(["plus", "international", "national"]))
def test_out_and_back_is_the_same_number(number: str, form: Form) -> None:
    assert apply(inward(BEIJING), apply(outward(BEIJING, form), number)) == number
