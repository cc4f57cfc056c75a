"""Columns that say who somebody is. Every reader leaves them out: what they hold never reaches a snapshot."""

from __future__ import annotations

import re

from oversight.exports.records import tidy

#: A question that asks who somebody is: no rule finds every name in text, so the column is left out.
_WHO = re.compile(
    r"(what(?: is|'s) |please (?:give|enter|state|provide|tell us) )?"
    r"(your |work |nhs )?(e-?mail( address)?|(full |first |last |sur)?name|(tele|mobile )?phone( number)?) ?\d*\??:?",
    re.IGNORECASE,
)
#: The same as a variable's name or as a label of contact details: ec_phone, next_of_kin_contact_name, dob.
_CONTACT = re.compile(
    r"((\w+ )?(tele|mobile )?phone( number)?|(\w+ ){0,4}contact (name|address|e-?mail|(tele)?phone)( number)?"
    r"|((your|home|postal|work|street) )?address|date of birth|dob|nhs number) ?\d*\??:?",
    re.IGNORECASE,
)
#: What survey tools put beside the answers by themselves, by their headings without case, spaces, hyphens and underscores.
_ABOUT = re.compile(
    r"ip(address)?|emailaddress|email|name|firstname|lastname|fullname|username|recipient.*|location(latitude|longitude|accuracy)"
    r"|trackinglink|customdata\d*|externaldatareference|externalreference|collectorid|respondentemail|refererurl|referrerurl|useragent|seed"
    r"|excerptcreator"
)


def asks_who(heading: str) -> bool:
    """Whether a heading or a question asks who somebody is, or is what a tool itself notes about a respondent's person."""
    text = tidy(heading)
    return bool(
        _WHO.fullmatch(text) or _CONTACT.fullmatch(text.replace("_", " ")) or _ABOUT.fullmatch(re.sub(r"[\s_\-]+", "", text).casefold())
    )
