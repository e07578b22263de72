"""What callers hear that no flow has words for: apologies, and why a dialled party does not answer."""

APOLOGY = {
    "zh-CN": "抱歉,暂时无法为您办理,请稍后再拨。",
    "en": "Sorry, we cannot help you at the moment. Please call again later.",
}
APOLOGY_AND_TRANSFER = {
    "zh-CN": "抱歉,系统出现问题,正在为您转接人工服务。",
    "en": "Sorry, something went wrong. We are connecting you with our staff.",
}
LINE_STATES: dict[str, dict[str, str]] = {
    "busy": {
        "zh-CN": "您好,您拨叫的用户正忙,请稍后再拨。",
        "en": "The party that you have called is busy. Please call again later.",
    },
    "no_answer": {
        "zh-CN": "您好,您拨叫的用户暂时无人接听,请稍后再拨。",
        "en": "The party that you have called does not answer. Please call again later.",
    },
    "unreachable": {
        "zh-CN": "您好,您拨叫的用户暂时无法接通,请稍后再拨。",
        "en": "The party that you have called cannot be reached at the moment. Please call again later.",
    },
    "invalid_number": {
        "zh-CN": "您好,您拨叫的号码是空号,请核对后再拨。",
        "en": "The number that you have called does not exist. Please check it and call again.",
    },
    "out_of_service": {
        "zh-CN": "您好,您拨叫的号码已暂停服务。",
        "en": "The number that you have called is out of service.",
    },
}
"""Outcomes of a hand-over to a party, with the words that a public network would use."""
