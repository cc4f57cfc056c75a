"""Columns that say who somebody is. Every reader leaves them out: what they hold never reaches a snapshot."""

from __future__ import annotations

import re

from oversight.exports.records import tidy

_ASK = r"(?:(?:what(?: is| are|'s)|please (?:give|enter|state|provide|add|write|type|tell us|confirm)|enter|give|state)(?: us)? )?"
_WHOSE = r"(?:(?:your|their|the|work|nhs|contact|personal|preferred|home|business|respondent(?:'s)?|participant(?:'s)?) )*"
_MAIL = r"e-?mail(?: address(?:es)?)?"
_NAME = r"(?:full |first |last |family |middle |preferred |given |fore|sur)?names?"
_PHONE = r"(?:(?:tele|mobile )?phone|mobile|telephone)(?: (?:number|no\.?))?"
_PERSON = rf"(?:{_MAIL}|{_NAME}|{_PHONE})"
_ROLE = r"(?:your )?(?:job title|role|position|organisation|pcn|practice|employer)"
#: Somebody whom link workers know by name: of these a name is never an answer that is counted.
_OTHERS = r"(?:(?:line|gp|clinical|named|practice) )*(?:manager|supervisor|mentor|coach|first point of contact|point of contact)"
#: A question that asks who somebody is: no rule finds every name in text, so the column is left out.
_WHO = re.compile(
    rf"{_ASK}{_WHOSE}{_PERSON}(?:(?:, | ?[/&] ?| and | or )(?:{_WHOSE}{_PERSON}|{_ROLE}))* ?\d*"
    rf"|{_ASK}{_WHOSE}{_OTHERS}'?s?'? (?:full )?(?:name|{_MAIL}|{_PHONE})"
    rf"|{_ASK}(?:the )?(?:name|{_MAIL})(?: and {_PERSON})? of (?:your|the|their) {_OTHERS}",
    re.IGNORECASE,
)
#: The same as a variable's name or as a label of contact details: ec_phone, next_of_kin_contact_name, dob.
_CONTACT = re.compile(
    r"((\w+ )?(tele|mobile )?phone( number)?|(\w+ ){0,4}contact (name|address|e-?mail|(tele)?phone)( number)?"
    r"|((your|home|postal|work|street) )?address|(home|your) post ?code|date of birth|dob|nhs number) ?\d*",
    re.IGNORECASE,
)
#: What survey tools put beside the answers by themselves, by their headings without case, spaces, hyphens and underscores.
_ABOUT = re.compile(
    r"ip(?:addr(?:ess)?)?|emailaddress|email|name|firstname|lastname|fullname|username|recipient.*|location(latitude|longitude|accuracy)"
    r"|latitude|longitude|trackinglink|custom(?:data)?\d*|externaldatareference|externalreference|collectorid|respondentemail"
    r"|(?:extended)?refer(?:r?er)(?:url)?|refurl|useragent|seed|excerptcreator|deviceid|networkid|sessionid|contactid|token"
    r"|(?:redcap)?surveyidentifier"
    # Google's and Microsoft's own, in other languages
    r"|emailadresse|mailadresse|emailadres|nutzername|adresseemail|adressedemessagerie|nomdutilisateur"
    r"|(?:direcciónde)?correoelectrónico|indirizzoemail|endereçodeemail"
)
#: No question that only asks who somebody is takes more words.
_LONGEST = 200
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2019": "'"})
#: What stands round a question and says nothing: its number, ``(optional)``, a mark.
_BEFORE = re.compile(r"(?:Q?\d+(?:\.\d+)*(?:[.:)]\s*|\s+))", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:\((?:optional|if (?:any|known|applicable)|required)\)|[?:.*])\s*$", re.IGNORECASE)


def asks_who(heading: str) -> bool:
    """Whether a heading or a question asks who somebody is, or is what a tool itself notes about a respondent's person."""
    text = tidy(heading).translate(_DASHES)
    if _ABOUT.fullmatch(re.sub(r"[\s_\-]+", "", text).casefold()):
        return True
    if len(text) > _LONGEST:
        return False
    text = _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text
    while text != (shorter := _BEHIND.sub("", text)):
        text = shorter
    return bool(_WHO.fullmatch(text) or _CONTACT.fullmatch(text.replace("_", " ")))
