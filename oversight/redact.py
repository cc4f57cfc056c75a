"""Personal data out of free text: e-mail addresses, UK telephone numbers, NHS numbers and UK postcodes.

Names of people cannot be found by a rule; the columns that hold them are dropped by the readers instead. What the
product needs is left alone: PCN, practice and ICB codes, years, dates, ranges, scores.
"""

from __future__ import annotations

import re

import pandas as pd

#: One or two marks between the digits of a number: spaces of any kind, hyphens and dashes, dots, brackets.
_GAP = r"[\s.()\-\u2010-\u2015]{0,2}"
#: A number does not begin in the middle of another one, behind a decimal point, or behind the letter of a PCN code.
_START, _END = r"(?<![0-9])(?<![0-9][.,])(?<!\b[UuFf])", r"(?![0-9])"

# The bounds on length keep a long run of letters from being searched over and over.
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NHS_NUMBER = re.compile(rf"{_START}[0-9]{{3}}[\s\-\u2010-\u2015]?[0-9]{{3}}[\s\-\u2010-\u2015]?[0-9]{{4}}{_END}")
_PHONE = re.compile(
    rf"{_START}(?:"
    rf"(?:\+|00)?44{_GAP}(?:\(0\)|0)?(?:{_GAP}[0-9]){{9,10}}"  # international; the leading 0 is sometimes left in
    rf"|\(?07(?:{_GAP}[0-9]){{9}}"  # mobile, grouped in any way
    rf"|\(?0[1235789][0-9](?:{_GAP}[0-9]){{7,8}}"  # a date such as 01-02-2026 has no three digits in front
    rf"){_END}"
)
#: The 124 postcode areas (Royal Mail). U, F and Y stand for no area, so PCN, sample and region codes cannot be taken for one.
_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|"
    "HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|"
    "RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(
    rf"(?<![A-Za-z0-9])(?:GIR\s{{0,2}}0AA|(?:{_AREAS})[0-9][0-9A-HJKPSTUW]?\s{{0,2}}[0-9][ABD-HJLNP-UW-Z]{{2}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: Cheap and necessary for every rule above: text without any of these is left at once.
_HINT = re.compile(r"@|[0-9][A-Za-z]{2}|(?:[0-9][^0-9]{0,3}){10}")


def _nhs_number(match: re.Match[str]) -> str:
    """The mark for an NHS number whose check digit is right (modulus 11, NHS Data Dictionary), else the text as it was."""
    digits = [int(c) for c in match.group() if c.isdigit()]
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return "[NHS number]" if check % 11 == digits[9] else match.group()


def redact(text: str) -> str:
    """The text with each e-mail address, NHS number, UK telephone number and UK postcode replaced by [its kind].

    A second pass changes nothing. Ten digits count as an NHS number only when the check digit is right.
    """
    if not _HINT.search(text):
        return text
    text = _EMAIL.sub("[email]", text)
    text = _PHONE.sub("[phone]", text)  # before NHS numbers, which would match the ten digits behind +44 (0)
    text = _NHS_NUMBER.sub(_nhs_number, text)
    return _POSTCODE.sub("[postcode]", text)


def redact_series(s: pd.Series) -> pd.Series:
    """``redact`` on every text of a series; missing values, index, name and dtype stay. Each different text is searched once."""
    changed = {text: new for text in s.dropna().unique() if isinstance(text, str) and (new := redact(text)) != text}
    if not changed:
        return s
    return s.map(lambda text: changed.get(text, text), na_action="ignore").astype(s.dtype)
