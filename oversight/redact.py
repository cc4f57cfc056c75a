"""Personal data out of free text: e-mail addresses, UK telephone numbers, NHS numbers, UK postcodes, and names where they can be found.

What the product needs is left alone: PCN, practice and ICB codes, years, dates, ranges, scores. How much is found, and how much is taken
out by mistake, is measured on labelled sentences and stated on the Methods page. Names have a module of their own (names.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from oversight.names import hints, redact_names

# Every repetition below has a bound, or can begin only where a word begins: a long run of letters is not searched over and over.
_LOCAL, _HOST = r"(?<![\w.+%&'’\-])[\w.+%&'’\-]{1,64}", r"[A-Za-z0-9][\w\-]{0,62}"
_DOMAIN = rf"{_HOST}(?:\.[\w\-]{{1,63}}){{0,7}}\.[^\W\d_][\w\-]{{0,62}}"
#: How an address ends. Where it is written out in words nothing else tells it from a sentence.
_TOP = r"(?:com|org|net|edu|gov|info|biz|uk|ie|eu|co|io|me|fr|de|pl|ro|es|it|nl|test|example|wales|cymru|scot|london|health|care|support)\b"
_TOPPED = rf"{_HOST}(?:\.[\w\-]{{1,63}}){{0,7}}\.{_TOP}"
_AT, _DOT = r"\s?[\[({<]\s?at\s?[\])}>]\s?", r"(?:\s?[\[({]\s?dot\s?[\])}]\s?|\s{1,2}dot\s{1,2})"
_EMAIL = re.compile(
    rf"{_LOCAL}@{_DOMAIN}|{_LOCAL}\s?@\s?{_TOPPED}"
    rf"|{_LOCAL}{_AT}{_HOST}(?:(?:\.|{_DOT})[\w\-]{{1,63}}){{1,7}}"  # priya (at) example.org, priya[at]example[dot]org
    rf"|{_LOCAL}(?:\sdot\s[\w\-]{{1,63}}){{0,3}}\sat\s{_HOST}(?:{_DOT}[\w\-]{{1,63}}){{0,7}}{_DOT}{_TOP}"  # p dot shah at example dot org
    rf"|(?<![\w.+%&'’\-])[^\W\d][\w+%&'’\-]{{0,63}}[._+0-9][\w.+%&'’\-]{{1,64}}\sat\s{_TOPPED}",  # priya.shah at example.org
    re.IGNORECASE,
)

#: One or two marks between the digits of a number: spaces of any kind, hyphens and dashes, dots, brackets.
_GAP = r"[\s.()\-\u2010-\u2015]{0,2}"
#: A number does not begin in the middle of another one, behind a decimal point, or behind the letter of a PCN code.
_START, _END = r"(?<![0-9])(?<![0-9][.,])(?<!\b[UuFf])", r"(?![0-9])"
_DATE = r"(?!0[0-9][.\-\s/][0-9]{1,2}[.\-\s/](?:19|20)[0-9]{2})"
_PHONE = re.compile(
    rf"(?=[+(04]){_START}{_DATE}(?:"
    rf"(?:\+|00)?44{_GAP}(?:\(0\)|0)?(?:{_GAP}[0-9]){{9,10}}"  # international; the leading 0 is sometimes left in
    rf"|\(?07(?:{_GAP}[0-9]){{9}}"  # mobile, grouped in any way
    rf"|\(?0[1235789][0-9](?:{_GAP}[0-9]){{7,8}}"  # a date such as 01-02-2026 has no three digits in front
    rf"|\(?0[1235789][0-9]{{1,3}}\)?\s?/\s?[0-9](?:{_GAP}[0-9]){{5,7}}"  # 07700 / 900123
    rf"|0[1235789](?:\s[0-9]{{2}}){{4}}\s[0-9]|0(?:\s[0-9]){{10}}"  # in pairs, or each digit by itself
    rf"){_END}"
)
#: Between the digits of an NHS number, which its check digit tells from others, there may be more.
_WIDE = r"[\s.\-\u2010-\u2015/]{0,3}"
_NHS_NUMBER = re.compile(
    rf"(?=[0-9N])(?P<called>\bNHS\s?(?:number|num|no\.?|\#)?\s?(?:[:#=\u2010-\u2015\-]|is|as|was)?\s?)?"
    rf"{_START}(?:[0-9]{{3}}{_WIDE}[0-9]{{3}}{_WIDE}[0-9]{{4}}|[0-9](?:\s[0-9]){{9}}){_END}",
    re.IGNORECASE,
)
#: The 124 postcode areas (Royal Mail). U, F and Y stand for no area, so PCN, sample and region codes cannot be taken for one.
_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|"
    "HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|"
    "RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z]{1,2}[0-9]|GIR)(?:"
    rf"GIR\s{{0,2}}0AA|(?:{_AREAS})[0-9][0-9A-HJKPSTUW]?[\s.\-]{{0,2}}[0-9][ABD-HJLNP-UW-Z]{{2}}"
    rf"|(?:{_AREAS})[0-9]{{2}}[\s.\-]{{0,2}}(?-i:O[ABD-HJLNP-UW-Z]{{2}})"  # the letter O for the nought
    r")(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: A vitamin or a motorway before an ordinal: "B12 2nd", "the M1 3rd exit".
_ORDINAL = re.compile(r"[BMAEN][0-9]{1,2}\s(?:1st|2nd|3rd|[4-9]th)")
#: Cheap and necessary for the rules above: a text without any of these is left at once. RE2 and Python read them alike.
_EMAIL_HINT = (
    r"@|[\[({<][^A-Za-z0-9]?[aA][tT][^A-Za-z0-9]?[\])}>]"
    r"|[^A-Za-z0-9][aA][tT][^A-Za-z0-9][A-Za-z0-9][^ .\[({]*(?:\.[A-Za-z]|[^A-Za-z0-9]{1,3}[dD][oO][tT])"
)
_NUMBER_HINT = r"(?:[0-9][^0-9]{0,4}){10}"
_POSTCODE_HINT = r"[0-9][A-Za-z]{2}|[0-9]{2}[^A-Za-z0-9]{0,2}O[A-Z]{2}"
_ANY_EMAIL, _ANY_NUMBER, _ANY_POSTCODE = (re.compile(hint) for hint in (_EMAIL_HINT, _NUMBER_HINT, _POSTCODE_HINT))


#: As few texts are searched one by one; as many tell whether the same ones come again and again.
_FEW = 1024


def _nhs_number(match: re.Match[str]) -> str:
    """The mark for an NHS number whose check digit is right (modulus 11, NHS Data Dictionary) or that is called one."""
    called = match.group("called") or ""
    digits = [int(c) for c in match.group()[len(called) :] if c.isdigit()]
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return f"{called}[NHS number]" if called or check % 11 == digits[9] else match.group()


def _postcode(match: re.Match[str]) -> str:
    return match.group() if _ORDINAL.fullmatch(match.group()) else "[postcode]"


def _numbers(text: str) -> str:
    """The text without addresses and numbers."""
    if _ANY_EMAIL.search(text):
        text = _EMAIL.sub("[email]", text)
    if _ANY_NUMBER.search(text):
        text = _PHONE.sub("[phone]", text)  # before NHS numbers, which would match the ten digits behind +44 (0)
        text = _NHS_NUMBER.sub(_nhs_number, text)
    return _POSTCODE.sub(_postcode, text) if _ANY_POSTCODE.search(text) else text


def redact(text: str) -> str:
    """The text with e-mail addresses, NHS numbers, UK telephone numbers, UK postcodes and people's names replaced by [their kind].

    A second pass changes nothing. Ten digits count as an NHS number when the check digit is right or when they are called one.
    """
    return redact_names(_numbers(text))


def redact_array(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """``redact`` on every text of an Arrow array of strings; nulls and the type stay. What holds nothing personal never becomes Python's.

    About 5 microseconds a comment. The patterns that tell which texts are doubtful cost 60 milliseconds a call, so few texts go without.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if pa.types.is_dictionary(texts.type):
        return pa.DictionaryArray.from_arrays(texts.indices, redact_array(texts.dictionary))
    if len(texts) > _FEW and len(texts[:_FEW].unique()) < _FEW // 2:  # the same answers again and again
        encoded = texts.dictionary_encode()
        return redact_array(encoded.dictionary).take(encoded.indices)
    if len(texts) <= _FEW:
        return pa.array([None if text is None else redact(text) for text in texts.to_pylist()], texts.type)
    numbers = pc.fill_null(pc.match_substring_regex(texts, f"{_EMAIL_HINT}|{_POSTCODE_HINT}|{_NUMBER_HINT}"), False)
    return _replaced(_replaced(texts, numbers, _numbers), _may_name(texts), redact_names)


def _replaced(texts: pa.Array, doubtful: pa.Array, rules: Callable[[str], str]) -> pa.Array:
    changed = pa.array([rules(text) for text in texts.filter(doubtful).to_pylist()], texts.type)
    return pc.replace_with_mask(texts, doubtful, changed) if len(changed) else texts


def _may_name(texts: pa.Array) -> pa.Array:
    """Which of the texts may hold a name that would be found; a null is none of them."""
    itself, led_to, pair, surname = hints()
    doubtful = pc.or_(pc.match_substring_regex(texts, itself), pc.match_substring_regex(texts, led_to))
    pairs = pc.fill_null(pc.and_not(pc.match_substring_regex(texts, pair), doubtful), False)
    return pc.replace_with_mask(pc.fill_null(doubtful, False), pairs, pc.match_substring_regex(texts.filter(pairs), surname))


def redact_series(s: pd.Series) -> pd.Series:
    """``redact`` on every text of a series; missing values, index, name and dtype stay. Each different text is searched once."""
    if isinstance(s.dtype, pd.StringDtype):
        redacted = redact_array(pa.array(s, pa.large_string(), from_pandas=True))
        return pd.Series(redacted.to_pandas().array, index=s.index, name=s.name, dtype=s.dtype)
    changed = {text: new for text in s.dropna().unique() if isinstance(text, str) and (new := redact(text)) != text}
    if not changed:
        return s
    return s.map(lambda text: changed.get(text, text), na_action="ignore").astype(s.dtype)
