"""People's names out of free text, where they can be found: by titles, by what stands before them, and by lists of names.

No rule finds every name; how many are found is measured on labelled sentences and stated on the Methods page. A given name that is a word
too (Mark, Grace, Will) goes only where it can be nobody's word; names of places, charities and trainings stay. What a word is taken for
never rests on a neighbour that is replaced itself, so that a second pass changes nothing.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache

from oversight.name_lists import PERSONAL, PHRASES, PLACES, SAINTS, SEASONS, THINGS, WORDS, common, fold, given, ordinary, strong, surnames

MARK = "[name]"

_UPPER = "A-ZÀ-ÖØ-ÞĄĆČĎĐĘĚĞİŁŃŇŌŐŒŘŚŞŠŤŪŰŹŻŽ"
_LETTER = r"[^\W\d_]"
#: A word with a capital, its hyphened and apostrophed parts included.
_WORD = rf"[{_UPPER}]{_LETTER}*(?:['’\-]{_LETTER}+)*"
_PARTICLE = r"(?:van der|van de|van|von|de la|de|da|dos|del|di|al|el|bin|ibn|ap)"
#: A row of capitalised words, initials with their full stops among them. Nothing follows that could fail, so nothing is searched twice.
_ROW = re.compile(
    rf"(?<![\w'’@\-/])(?:{_PARTICLE}[ \u00a0])?(?:[{_UPPER}]\.|{_WORD})"
    rf"(?:(?:(?<=\.)[ \u00a0]?|[ \u00a0]{{1,2}})(?:{_PARTICLE}[ \u00a0])?(?:[{_UPPER}]\.|{_WORD}))*"
)
_PIECE = re.compile(rf"[{_UPPER}]\.|{_WORD}|{_PARTICLE}(?=[ \u00a0])")

_TITLES = "dr|drs|mr|mrs|ms|mx|miss|prof|professor|rev|reverend|cllr|councillor|sister|nurse|sir|dame|lord|lady|father|canon|imam"
_ROLES = (
    "manager|supervisor|mentor|colleague|buddy|boss|neighbour|daughter|son|husband|wife|brother|sister|mother|mum|father|dad|friend|partner"
)
_PEOPLE = (
    "lead|coach|deputy|director|coordinator|co-ordinator|receptionist|pharmacist|paramedic|nurse|worker|counsellor|locum|gp|client|patient|"
    "gentleman|lady|man|woman|chap|bloke|boy|girl|someone|somebody|person|speaker|interviewer|participant|carer"
)
_TOLD = (
    "told|tell|asked|ask|ask for|spoke to|spoke with|spoken to|spoken with|speak to|speak with|speaking to|talk to|talked to|talking to|"
    "emailed|e-mailed|rang|phoned|texted|contacted|met with|visited|cc|saw|seen"
)
_LAST = "thanks|thank you|cheers|regards|wishes|best|sincerely|faithfully|signed|love|ta"

#: What stands before a name: before any, before one of the lists, behind a title, at the end of what somebody wrote.
_BEFORE_ANY = re.compile(
    rf"\b(?:{_ROLES}|(?:{_ROLES}|{_PEOPLE})(?: is| was)? (?:called|named)|my name is|my name['’]s)[ \u00a0]$", re.IGNORECASE
)
_BEFORE_LISTED = re.compile(
    rf"\b(?:(?:{_ROLES}|{_PEOPLE})(?:[ \u00a0]?[,:(–-][ \u00a0]?| is | was | )|(?:{_TOLD}) |"
    rf"i['’]m |i am |it['’]?s |this is |named |called |(?:{_LAST})[ ,!.–-]{{1,3}})$",
    re.IGNORECASE,
)
_BEFORE_TOLD = re.compile(rf"\b(?:{_TOLD}) $", re.IGNORECASE)
_BEFORE_TITLED = re.compile(rf"\b(?:{_TITLES})\.?[ \u00a0]{{1,2}}$", re.IGNORECASE)
_SURE_TITLES = frozenset({"Dr", "Drs", "Mr", "Mrs", "Ms", "Mx", "Miss", "Prof"})
_SURE_STOPPED = tuple(f"{title}. " for title in sorted(_SURE_TITLES))
_BEFORE_SURELY_TITLED = re.compile(rf"\b(?:{'|'.join(sorted(_SURE_TITLES))})(?: |\. )$")
_BEFORE_SIGNED = re.compile(
    rf"\b(?:{_LAST})(?: to you| to all| again)?[,.!]?[ \u00a0]?\s{{1,4}}$|(?:^|\n)[ \u00a0]?[-–—][ \u00a0]?$", re.IGNORECASE
)


def _last_words(*alternatives: str) -> frozenset[str]:
    return frozenset(words.rpartition(" ")[2] for words in "|".join(alternatives).split("|"))


#: The last words of each of those: what does not end with one of them is not searched.
_ANY_LEADS = _last_words(_ROLES, "called|named|is|name's|name’s")
_SIGNED_LEADS = _last_words(_LAST, "you|all|again|-|–|—")
_TITLE_LEADS, _SECOND_LEADS = _last_words(_TITLES), frozenset({"and", "&"})
_LEADS = _ANY_LEADS | _TITLE_LEADS | _SECOND_LEADS | _SIGNED_LEADS | _last_words(_PEOPLE, _TOLD, "was|i'm|i’m|am|its|it's|it’s")
#: What is a name behind Dr, Mr or Mrs all the same.
_TITLED_TOO = PLACES | THINGS | SEASONS
_AROUND = " \u00a0\n\r\t,:(–-—!."
_LINE_ENDS = re.compile(r"[ \u00a0]{0,3}[.!x]{0,3}\s{0,3}(?:\n|\r|$)")
_A_WORD = re.compile(r"\b(?:a|an|the|be|being|is|was|my|no|any|some|more|in|of)[ \u00a0]$", re.IGNORECASE)
_THING_FOLLOWS = re.compile(r"[ \u00a0](?:\w{1,24}[ \u00a0])?(building|surgery|centre|practice|ward|programme|hospital|scheme|house|app)\b")
_SURNAME_SHAPE = re.compile(rf"(?:[OD]['’][{_UPPER}]|Ma?c[{_UPPER}]){_LETTER}")
#: A capital inside a word is no name's, save for Mc-, La-, O'- and the like.
_SHAPE = re.compile(rf"(?:Ma?c|La|De|[OD]['’])?[{_UPPER}][^{_UPPER}]+(?:-[{_UPPER}]?[^{_UPPER}]+)*$")
_POSSESSIVE = re.compile(r"['’]s?$")

#: Names in small letters: behind a title, behind what leads to a name, or usual ones anywhere.
_SMALL = re.compile(r"(?<![\w'’@.\-/])[a-z]{2,24}(?:['’\-][a-z]{1,24})?(?![\w@])")
_BEFORE_SMALL_TITLED = re.compile(r"\b(?:dr|mr|mrs|ms|mx|miss|prof)\.?[ \u00a0]{1,2}(?:\[name\] )?$", re.IGNORECASE)
_BEFORE_SMALL = re.compile(
    rf"\b(?:(?:my|our|the) (?:\w{{1,24}} )?(?:{_ROLES})|{_TOLD}|(?:{_ROLES}) is|called|named|name is)[ \u00a0]$", re.IGNORECASE
)
_SMALL_LEADS = frozenset(f"{_ROLES}|{_TOLD}|is|called|named".replace(" ", "|").split("|"))
_SMALL_TITLE = re.compile(r"\b(?:dr|mr|mrs|ms|mx|miss|prof)\b", re.IGNORECASE)
_REACH = 48
_MOST_PASSES = 8


@lru_cache(maxsize=1 << 14)
def _key(word: str) -> str:
    """The word as it stands in the lists: small, without accents and without a possessive."""
    return _POSSESSIVE.sub("", fold(word))


@lru_cache(maxsize=1 << 14)
def _name_like(word: str) -> bool:
    """Whether a capitalised word may be part of a name once something else says that there is one."""
    key = _key(word)
    if len(word) == 1 or word[1:] == ".":
        return word != "I"
    if word.isupper():
        return len(word) > 3 and (key in given() or key in surnames())
    return key not in ordinary()


@lru_cache(maxsize=1 << 14)
def _strong(word: str) -> bool:
    """Whether a capitalised word is somebody's name wherever it stands."""
    key = _key(word)
    if word.isupper():
        return len(word) > 3 and key in common()
    if not _SHAPE.match(word):
        return False
    return key in strong() or bool(_SURNAME_SHAPE.match(word)) or ("-" in key and key.partition("-")[0] in strong())


class _Row:
    """The capitalised words of one row, and which of them are a name."""

    def __init__(self, match: re.Match[str]) -> None:
        self.text, self.start, self.end = match.string, match.start(), match.end()
        pieces = list(_PIECE.finditer(match.group()))
        self.words, self.at = [m.group() for m in pieces], [self.start + m.start() for m in pieces]

    def before(self, i: int) -> str:
        return self.text[max(0, self.at[i] - _REACH) : self.at[i]]

    def reach(self, i: int) -> int:
        """Where the name that begins with word i ends: behind the last word that may belong to it; a possessive ends it."""
        j = i + 1
        while j < len(self.words) and self._continues(j):
            j += 1
        return j

    @cached_property
    def closing(self) -> int:
        """The first word from which a name would reach the end of the row."""
        i = len(self.words) - 1
        while i and self._continues(i):
            i -= 1
        return i

    def _continues(self, j: int) -> bool:
        return not _POSSESSIVE.search(self.words[j - 1]) and (_name_like(self.words[j]) or self._particle(j))

    def _particle(self, i: int) -> bool:
        return self.words[i][0].islower() and i + 1 < len(self.words) and _name_like(self.words[i + 1])

    def is_thing(self, i: int, j: int) -> bool:
        """Whether words i to j are called after somebody: St Mary's, Florence Road, Marie Curie, the Rhys Davies building."""
        if (i and _key(self.words[i - 1]) in SAINTS) or self.text.startswith(PHRASES, self.at[i]):
            return True
        if j < len(self.words):
            return _key(self.words[j]) in THINGS
        return not _POSSESSIVE.search(self.words[j - 1]) and bool(_THING_FOLLOWS.match(self.text, self.end))

    def led_to(self, i: int, lead: str, before: str) -> bool:
        """Whether what stands before word i, its ``lead`` last, leads to a name, and word i is one as far as that goes."""
        word, key, more = self.words[i], _key(self.words[i]), i + 1 < len(self.words)
        if word.isupper() and key in WORDS:
            return False
        if lead in _SECOND_LEADS and before.split(" ")[-4:-3] == ["Drs"]:
            return True
        if lead in _ANY_LEADS and len(word) > 1 and _BEFORE_ANY.search(before):
            return True
        closes = lead in _SIGNED_LEADS and i >= self.closing and _LINE_ENDS.match(self.text, self.end)
        if closes and _BEFORE_SIGNED.search(before):
            return True
        if key not in PLACES and (key in given() or (key in surnames() and more)) and _BEFORE_LISTED.search(before):
            return True
        return key in surnames() and key not in given() and bool(_BEFORE_TOLD.search(before))

    def stands_alone(self, i: int, before: str) -> bool:
        """Whether word i is a name with no lead: before a surname, or a given name with a capital that nothing else explains."""
        word, key = self.words[i], _key(self.words[i])
        if word.isupper():
            return False
        more, stop = i + 1 < len(self.words), before[-2:-1]
        inside = before[-1:] in (" ", "\u00a0") and ("a" <= stop <= "z" or stop in (",", ";"))
        if more and _name_like(self.words[i + 1]):
            known = _key(self.words[i + 1]) in surnames()
            return (known and (inside or key in WORDS or bool(_BEFORE_TOLD.search(before)))) or (inside and key in WORDS)
        return not more and i == 0 and inside and key in PERSONAL and not _A_WORD.search(before)

    def begins(self, i: int) -> tuple[bool, bool]:
        """Whether a name begins with word i, and whether that is certain by its title."""
        word = self.words[i]
        if word[0].islower():
            titled = self._particle(i) and bool(_BEFORE_TITLED.search(self.before(i)))
            return titled, titled
        if not _name_like(word):
            titled = _key(word) in _TITLED_TOO and bool(_BEFORE_SURELY_TITLED.search(self.before(i)))
            return titled, titled
        lead = self.lead(i)
        if lead in _TITLE_LEADS and _BEFORE_TITLED.search(self.before(i)):
            return True, True
        if _strong(word):
            return True, False
        if not lead and _key(word) not in WORDS and (i + 1 == len(self.words) or _key(self.words[i + 1]) not in surnames()):
            return False, False  # most words; the rest costs ten times as much
        before = self.before(i)
        if before.endswith(MARK + " "):
            return False, False
        return (bool(lead) and self.led_to(i, lead, before)) or self.stands_alone(i, before), False

    def lead(self, i: int) -> str:
        """The word before word i if it is one that may lead to a name, or a dash; else nothing."""
        if i and self.at[i - 1] + len(self.words[i - 1]) + 1 == self.at[i]:
            word = self.words[i - 1].casefold()
        else:
            before = self.before(i).rstrip()
            word = before[-1:]
            if word not in ("-", "–", "—"):
                word = before.rstrip(_AROUND).replace("\u00a0", " ").rpartition(" ")[2].rpartition("\n")[2].lstrip("([\"'“‘").casefold()
        return word if word in _LEADS else ""

    def names(self) -> list[tuple[int, int]]:
        """Where in the text the names stand."""
        found, i = list[tuple[int, int]](), 0
        while i < len(self.words):
            begins, titled = self.begins(i)
            if not begins:
                i += 1
                continue
            j = self.reach(i)
            if not titled and self.is_thing(i, j):
                i = j + 1
                continue
            found.append((self.at[i], self.at[j - 1] + len(_POSSESSIVE.sub("", self.words[j - 1]))))
            i = j
        return found


@lru_cache(maxsize=1 << 12)
def _plain(row: str) -> bool:
    """Whether no word of a row may be part of a name."""
    words = _PIECE.findall(row)
    return not any(map(_name_like, words)) and (len(words) == 1 or not _SURE_TITLES.intersection(words))


def _capitalised(match: re.Match[str]) -> str:
    words = match.group()
    if len(words) < _REACH and _plain(words) and not match.string.endswith(_SURE_STOPPED, 0, match.start()):
        return words
    row = _Row(match)
    out, at = [], row.start
    for start, end in row.names():
        out += [row.text[at:start], MARK]
        at = end
    return "".join([*out, row.text[at : row.end]])


def _small(match: re.Match[str]) -> str:
    word, key = match.group(), _key(match.group())
    if key not in common():
        if key not in _small_names():
            return word
        before = match.string[max(0, match.start() - _REACH) : match.start()]
        led = key in given() and (key in PERSONAL or key in strong()) and _BEFORE_SMALL.search(before)
        if not led and not _BEFORE_SMALL_TITLED.search(before):
            return word
    return MARK + word[len(_POSSESSIVE.sub("", word)) :]


@cache
def _small_names() -> frozenset[str]:
    return common() | given() | surnames()


def redact_names(text: str) -> str:
    """The text with the names of people that can be found replaced by [name]. A second call changes nothing."""
    for _ in range(_MOST_PASSES):  # a name found may lead to the one behind it
        before, text = text, _redact_once(text)
        if text == before:
            break
    return text


def _redact_once(text: str) -> str:
    text = _ROW.sub(_capitalised, text)
    small = {_key(word) for word in _SMALL.findall(text)}
    if not small.isdisjoint(common()):
        return _SMALL.sub(_small, text)
    if small.isdisjoint(_small_names()) or (small.isdisjoint(_SMALL_LEADS) and not _SMALL_TITLE.search(text)):
        return text
    return _SMALL.sub(_small, text)


@cache
def hints() -> tuple[str, str, str, str]:
    """Patterns in RE2's syntax. A text that neither of the first two matches, nor both the others, holds no name that would be found.

    They are apart because each takes its time once, and all in one take a hundred times that.
    """
    gap, space, capital = r"[^A-Za-z0-9]", r"[ \x{a0}]", r"[A-Z](?:[a-z.'’\-]|[A-Z]{3}|[ \x{a0}][A-Z])"
    words, personal = "|".join(sorted(word.capitalize() for word in WORDS)), "|".join(sorted(PERSONAL))
    itself = (
        rf"(?i:(?:^|[^a-z])(?:{'|'.join(sorted(strong()))})(?:[^a-z]|$))",
        rf"[a-z,;]{space}(?:{words})(?:[^a-z]|$)",
        rf"(?:{words}){space}{{1,2}}[A-Z]",
        r"(?:[OD]['’]|Ma?c)[A-Z]",
        r"[ªµºÀ-ÖØ-öø-\x{1FFF}\x{2C00}-\x{10FFFF}]",
    )
    somebody = rf"(?:{_ROLES}|{_PEOPLE})(?: is| was)?(?: called| named)?"
    led_to = (
        rf"(?i:\b(?:{_TITLES})\.?{space}{{1,2}}[A-Z])",
        rf"(?i:\b(?:{somebody}|{_TOLD}|i.m|i am|it.?s|this is|named|called|name is|name.s))[ \x{{a0}},:(–-]{{1,3}}{capital}",
        rf"(?i:\b(?:{_ROLES}|{_TOLD}|named|called|is){space}(?:{personal})(?:[^a-z]|$))",
        rf"(?i:\b(?:{_LAST})(?: to you| to all| again)?){gap}{{1,9}}[A-Z]",
        rf"(?:^|\n){gap}?[-–—]{gap}?[A-Z]",
    )
    pair = rf"[a-z,;]{space}[A-Z][^ ]*{space}{{1,2}}(?:{_PARTICLE}{space})?[A-Z]"
    surname = rf"{space}(?i:{'|'.join(sorted(surnames()))})(?:[^a-z]|$)"
    return "|".join(itself), "|".join(led_to), pair, surname
