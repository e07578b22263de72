"""Phone numbers: their storage form (E.164), how a reader of their country writes them, where they belong (归属地).

All offline: the phonenumbers library (imported at first use) and the table of regions made from its data.
"""

from functools import lru_cache
from typing import Any, ClassVar

import msgspec

from chalicelib.kernel.errors import DomainError
from chalicelib.telephony.model import is_e164
from chalicelib.telephony.regions import Language, country_name, name_of, place_key


class InvalidNumber(DomainError):
    """A text that is no phone number that can be dialled. params: number."""

    status = 422
    code = "invalid_number"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "“{number}”不是有效的电话号码,请检查后重新输入。",
        "en": "“{number}” is not a valid phone number. Check it and enter it again.",
    }


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Where a number belongs. country_code: ISO 3166. region: province or city, carrier_name: the network that issued
    it; "" if unknown."""

    number: str
    national: str
    country: str = ""
    country_code: str = ""
    region: str = ""
    carrier_name: str = ""


def normalise(number: str, region: str = "CN") -> str:
    """Return a number as people write it in E.164; a short number of the region (110, 10086) after its country code.

    region: the country whose rules apply to numbers without an international prefix. Errors: InvalidNumber.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidNumber(number=number) from error
    if _is_short(parsed):
        return f"+{parsed.country_code}{parsed.national_number}"
    # Written with its country it need only be possible (numbering plans change faster than tables); a short form must
    # be a real number of the region, or a local number would be taken for another city's.
    known = phonenumbers.is_possible_number if number.strip().startswith("+") else phonenumbers.is_valid_number
    if not known(parsed):
        raise InvalidNumber(number=number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_emergency(number: str, region: str = "CN") -> bool:
    """Return whether a number as it was dialled reaches police, fire service or ambulance (+86110 too)."""
    import phonenumbers
    from phonenumbers import shortnumberinfo

    code = f"+{phonenumbers.country_code_for_region(region)}"
    return bool(shortnumberinfo.is_emergency_number(number.removeprefix(code), region))


def national(number: str) -> str:
    """Return an E.164 number as its own country writes it; anything else (client:, anonymous) as it is."""
    import phonenumbers

    parsed = _parsed(number)
    if parsed and _is_short(parsed):
        return str(parsed.national_number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL) if parsed else number


@lru_cache(maxsize=4096)
def attribution(number: str, locale: str = "zh-CN") -> Attribution:
    """Return where an E.164 number belongs, in the locale's words; only the number itself for anything else."""
    import phonenumbers

    parsed = _parsed(number)
    if parsed is None:
        return Attribution(number=number, national=number)
    language: Language = "en" if locale == "en" else "zh"
    code = phonenumbers.region_code_for_number(parsed) or ""
    country = country_name(code, language)
    # Nothing is said of numbers that cannot exist, nor of short ones: their prefix would name a place all the same.
    placed = bool(code) and not _is_short(parsed)
    region = name_of(_geographic(parsed), "area", language) if placed else ""
    return Attribution(
        number=number,
        national=national(number),
        country=country,
        country_code=code,
        region="" if region == country else region,
        carrier_name=name_of(number[1:], "network", language) if placed else "",
    )


def place_of(number: str) -> str:
    """Return the key of the place where a number belongs (`CN/guangdong/shenzhen`), as far as it is known, or ""."""
    found = attribution(number, "en")
    return place_key(found.country_code, found.region) if found.country_code else ""


def _is_short(parsed: Any) -> bool:
    """Return whether it is a number of public services, which no subscriber has: 110, 10086, 95588, 12345."""
    import phonenumbers
    from phonenumbers import shortnumberinfo

    region = phonenumbers.region_code_for_country_code(parsed.country_code)
    return bool(shortnumberinfo.is_valid_short_number_for_region(parsed, region))


def _geographic(parsed: Any) -> str:
    import phonenumbers

    # Some countries put a mobile token (Argentina: 9) before the area code, which the table does not have.
    token = phonenumbers.country_mobile_token(parsed.country_code)
    return f"{parsed.country_code}{phonenumbers.national_significant_number(parsed).removeprefix(token)}"


def _parsed(number: str) -> Any:
    import phonenumbers

    try:
        return phonenumbers.parse(number) if is_e164(number) else None
    except phonenumbers.NumberParseException:
        return None
