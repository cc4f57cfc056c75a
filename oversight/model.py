"""The contract: every table of a snapshot, its grain, fields, types, allowed values and meaning.

DDL, checks, the register templates, the data dictionary and the sample come from here; there is no second schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from oversight.questionnaire import BY_FIELD, CHALLENGES, QUESTIONS, RESPONDENT_KINDS, YES_NO

#: Raised whenever a snapshot of an older shape could be misread. Part of the snapshot id.
SCHEMA_VERSION = "3"

#: The states an answer can be in. Only ``answered`` carries a code or a number; none of the others is a "no".
STATES: Mapping[str, str] = MappingProxyType(
    {
        "answered": "An answer was given and understood",
        "dont_know": "The respondent said they do not know",
        "prefer_not_to_say": "The respondent chose not to say",
        "not_applicable": "The question does not apply to this respondent",
        "blank": "The respondent was asked and gave no answer",
        "not_asked": "The question was not put to this respondent in this wave",
        "unmapped": "An answer was given that the mapping does not know",
    }
)

#: Why a row was set aside: code -> what it means.
QUARANTINE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "duplicate_response": "The response id stands more than once; the latest complete row was kept",
        "outside_wave": "The response was completed outside the dates of its wave",
        "pcn_blank": "No PCN was given, so the answer has no place",
        "pcn_unknown": "The PCN code or name is on no list that was loaded",
        "pcn_shared_name": "The PCN was given by a name that several PCNs share",
        "pcn_closed": "The PCN has closed and has no single successor",
        "role_unmapped": "The respondent's role is blank or unknown to the mapping",
        "no_response_id": "The row has no response id",
        "ragged_row": "The row has more or fewer cells than the header",
        "bad_value": "A value is not of the kind the file's layout promises",
        "unknown_reference": "The row points to something that was not loaded, such as a session, a theme or a response",
        "duplicate_row": "The same row stands more than once",
    }
)

#: Roles of the workforce files that the product counts: STAFF_ROLE exactly -> our code.
WORKFORCE_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "Social Prescribing Link Workers": "splw",
        "Care Coordinators": "care_coordinator",
        "Health and Wellbeing Coaches": "hwb_coach",
    }
)

OFFER_STATUSES = {
    "eligible": "Eligible for the offer",
    "offered": "Offered, no reply yet",
    "accepted": "Accepted",
    "started": "Started",
    "ended": "Ended",
}
#: How survey and focus groups stand to each other on a theme.
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "agreement": "Both say the same",
        "partial": "They agree in part",
        "silence": "One of them has nothing on it",
        "dissonance": "They say different things",
    }
)
AUDIENCES = {
    "internal": "Named users inside the programme: may see PCN-level answers about supervision",
    "shareable": "Everything that leaves: exports, decks, briefs, presenting",
}


@dataclass(frozen=True)
class Field:
    """One column: name, DuckDB type, meaning, allowed codes (code -> label; empty means free) and whether it is required."""

    name: str
    type: str
    meaning: str
    allowed: Mapping[str, str] = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its grain in words, the columns that identify a row, and its fields.

    ``view`` is the query that makes it, where its rows are stored otherwise (see ``STORED``).
    """

    name: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    view: str = ""

    def ddl(self) -> str:
        """``CREATE TABLE`` for DuckDB, with allowed values as CHECK constraints, or ``CREATE VIEW``."""
        if self.view:
            return f"CREATE VIEW {self.name} AS {self.view}"
        columns = []
        for f in self.fields:
            check = ""
            if f.allowed and not f.type.endswith("[]"):
                codes = ", ".join(f"'{code}'" for code in f.allowed)
                check = f" CHECK ({f.name} IN ({codes}))"
            columns.append(f"{f.name} {f.type}{' NOT NULL' if f.required else ''}{check}")
        return f"CREATE TABLE {self.name} (\n  " + ",\n  ".join(columns) + "\n)"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(f.name for f in self.fields)


def _text(name: str, meaning: str, required: bool = False) -> Field:
    return Field(name, "VARCHAR", meaning, required=required)


def _code(name: str, meaning: str, allowed: Mapping[str, str], required: bool = False) -> Field:
    return Field(name, "VARCHAR", meaning, allowed, required)


def _int(name: str, meaning: str, required: bool = False) -> Field:
    return Field(name, "INTEGER", meaning, required=required)


def _date(name: str, meaning: str, required: bool = False) -> Field:
    return Field(name, "DATE", meaning, required=required)


_AS_AT = _date("as_at", "Date of the registration map the row comes from", required=True)
_RESPONSE_ID = _text("response_id", "wave_id:tool's own id", required=True)

ORGANISATIONS = (
    Table(
        "region",
        "one row per NHS England region and map date",
        ("region_code", "as_at"),
        (_text("region_code", "ODS code, for example Y60", True), _text("region_name", "Name", True), _AS_AT),
    ),
    Table(
        "icb",
        "one row per Integrated Care Board and map date",
        ("icb_code", "as_at"),
        (
            _text("icb_code", "ODS code, 3 or 5 characters", True),
            _text("icb_name", "Name as published, less the words NHS and Integrated Care Board", True),
            _text("region_code", "Region of most of its practices", True),
            _AS_AT,
        ),
    ),
    Table(
        "practice",
        "one row per GP practice and map date",
        ("practice_code", "as_at"),
        (
            _text("practice_code", "ODS code", True),
            _text("practice_name", "Name"),
            _text("pcn_code", "PCN the practice belongs to; empty when unallocated"),
            _text("sub_icb_code", "Sub-ICB location"),
            _text("icb_code", "ICB of the practice", True),
            _text("region_code", "Region of the practice", True),
            _int("patients", "Registered patients at the list-size date nearest to the map date"),
            _AS_AT,
        ),
    ),
    Table(
        "pcn",
        "one row per Primary Care Network and map date",
        ("pcn_code", "as_at"),
        (
            _text("pcn_code", "ODS code (U and five digits); fictional PCNs are F and four digits", True),
            _text("pcn_name", "Name; not unique", True),
            _text("sub_icb_code", "Sub-ICB location chosen by the rule"),
            _text("icb_code", "ICB chosen by the rule", True),
            _text("region_code", "Region of that ICB", True),
            _int("practices", "Practices of the PCN", True),
            _int("patients", "Registered patients, where list sizes are loaded"),
            _int("icbs", "How many ICBs its practices lie in", True),
            _code(
                "icb_rule",
                "How the ICB was chosen",
                {
                    "only": "All practices lie in one ICB",
                    "patients": "Most registered patients",
                    "workforce": "The workforce file's ICB",
                    "earliest_practice": "The practice that joined first",
                },
                True,
            ),
            _AS_AT,
        ),
    ),
    Table(
        "pcn_dates",
        "one row per PCN of the ODS list",
        ("pcn_code",),
        (
            _text("pcn_code", "ODS code", True),
            _text("pcn_name", "Name in the ODS list", True),
            _date("opened", "Date opened"),
            _date("closed", "Date closed, empty while open"),
        ),
    ),
    Table(
        "succession",
        "one row per PCN that is no longer on the latest map and PCN its practices moved to",
        ("from_code", "to_code"),
        (
            _text("from_code", "The PCN that closed", True),
            _text("to_code", "The PCN that its practices are in now", True),
            _int("practices", "Practices that moved there", True),
            Field("share", "DOUBLE", "Share of the closed PCN's practices, 0 to 1", required=True),
        ),
    ),
    Table(
        "workforce",
        "one row per PCN, role and census; no row for a PCN that made no return",
        ("pcn_code", "role", "census"),
        (
            _text("pcn_code", "ODS code", True),
            _code(
                "role",
                "Role by STAFF_ROLE exactly",
                {
                    **{code: name for name, code in WORKFORCE_ROLES.items()},
                    "splw_mhp": "Link workers counted as Mental Health Practitioners",
                    "other": "All other roles",
                },
                True,
            ),
            _date("census", "Last day of the census month", True),
            _int("named_people", "Different person identifiers", True),
            Field("named_fte", "DOUBLE", "FTE of named people", required=True),
            Field("contracted_fte", "DOUBLE", "FTE of contracted services, which carry no person identifier", required=True),
            _text("icb_code", "ICB in the workforce file"),
        ),
    ),
)

#: How the rows of ``answer`` are stored: every text of a question once, for each answer is said by many.
STORED = (
    Table(
        "answer_response",
        "one row per accepted response",
        ("response",),
        (_int("response", "Its number", True), _RESPONSE_ID),
    ),
    Table(
        "answer_words",
        "one row per question and different answer; the numbers of a question follow one another",
        ("words",),
        (
            _int("words", "Their number", True),
            _text("wave_id", "Wave", True),
            _text("question_id", "Question", True),
            _text("value", "As in answer"),
            _text("code", "As in answer"),
            _code("state", "As in answer", STATES, True),
        ),
    ),
    Table(
        "answer_cell",
        "one row per row of answer",
        ("response", "item", "words"),
        (_int("response", "Number of the response", True), _int("item", "As in answer", True), _int("words", "Number of the words", True)),
    ),
)
_ANSWER = (
    "SELECT wave_id, response_id, question_id, item, value, code, state "
    "FROM answer_cell JOIN answer_words USING (words) JOIN answer_response USING (response)"
)

SURVEY = (
    Table(
        "wave",
        "one row per survey wave",
        ("wave_id",),
        (
            _text("wave_id", "Short id, sorts by time, for example 2026-1-spring", True),
            _text("wave_name", "Name shown to people", True),
            _text("tool", "Survey tool", True),
            _date("opened", "First day", True),
            _date("closed", "Last day", True),
            Field("kinds_asked", "VARCHAR[]", "Kinds of respondent asked", RESPONDENT_KINDS, True),
        ),
    ),
    Table(
        "question",
        "one row per wave and question of the export, mapped or not",
        ("wave_id", "question_id"),
        (
            _text("wave_id", "Wave", True),
            _text("question_id", "Id within the wave", True),
            _text("tool_id", "The tool's own id, where it exports one"),
            _text("text", "Wording as exported", True),
            _code(
                "kind",
                "Kind of question",
                {"choice": "One answer", "multi": "Several answers", "number": "A number", "text": "Free text"},
                True,
            ),
            _text("field", "Our field; empty when the question is not mapped"),
            _int("position", "Column order in the export", True),
        ),
    ),
    Table(
        "answer",
        "one row per response, question and item (one item unless several answers were chosen)",
        ("response_id", "question_id", "item"),
        (
            _text("wave_id", "Wave", True),
            _RESPONSE_ID,
            _text("question_id", "Question", True),
            _int("item", "1, 2, 3 … within a question of several answers", True),
            _text("value", "The words as exported, after redaction of personal data; empty when nothing was said"),
            _text("code", "Our code for those words; empty when unmapped, a number or free text"),
            _code("state", "State of the answer", STATES, True),
        ),
        _ANSWER,
    ),
    Table(
        "response",
        "one row per accepted response; a choice holds our code or, when not answered, the state",
        ("response_id",),
        (
            _RESPONSE_ID,
            _text("wave_id", "Wave", True),
            _code("respondent_kind", "Kind of respondent", RESPONDENT_KINDS, True),
            Field("completed", "TIMESTAMP", "When the response was completed; empty where the tool exports no times"),
            _text("pcn_code", "PCN today, after following successions", True),
            _text("icb_code", "ICB of that PCN today", True),
            _text("region_code", "Region of that PCN today", True),
            _text("wave_pcn_code", "PCN as at the wave", True),
            _text("wave_icb_code", "ICB as at the wave", True),
            _text("wave_region_code", "Region as at the wave", True),
            _text(
                "respondent",
                "Print of the code that the respondent made up, the same in every wave; empty where none was given, or where more than one "
                "person of the wave gave it",
            ),
            *(
                column
                for q in QUESTIONS
                if q.kind != "text" and q.field != "respondent_kind"
                for column in (
                    (Field(q.field, "VARCHAR", q.text, {**q.answers, **{s: s for s in STATES if s != "answered"}}, True),)
                    if q.kind == "choice"
                    else (
                        Field(q.field, "VARCHAR[]" if q.kind == "multi" else ("INTEGER" if q.whole else "DOUBLE"), q.text, q.answers),
                        Field(f"{q.field}_state", "VARCHAR", f"State of {q.field}", STATES, True),
                    )
                )
            ),
        ),
    ),
)

FOCUS_GROUPS = (
    Table(
        "session",
        "one row per focus-group session",
        ("session_id",),
        (
            _text("session_id", "Session", True),
            _date("date", "Day it was held", True),
            _text("region_code", "Region", True),
            _text("icb_code", "ICB, where the session was of one ICB"),
            _code("respondent_kind", "Kind of respondent", RESPONDENT_KINDS, True),
            _int("participants", "People who took part", True),
            _text("file", "Name of its document in the coding tool, and of its transcript's file; several separated by ;", True),
        ),
    ),
    Table(
        "theme",
        "one row per theme",
        ("theme",),
        (
            _text("theme", "Theme code", True),
            _text("label", "Name shown to people", True),
            _text("parent", "Parent theme"),
            _text("description", "What belongs to it"),
            _text("remedy", "The remedy the programme names for it"),
        ),
    ),
    Table(
        "code",
        "one row per code of the coding tools' code books, per code that an excerpt bears, and per code above one of those",
        ("code",),
        (
            _text("code", "Code with those above it, joined by >", True),
            _text("parent", "Code above it, likewise"),
            _text("description", "What the code book says of it, after redaction"),
            _text("theme", "Theme it is mapped to; empty when neither it nor a code above it is in the themes register"),
            _text("theme_from", "Which of the two the register names: the code itself, or the nearest code above it"),
        ),
    ),
    Table(
        "excerpt",
        "one row per coded excerpt",
        ("excerpt_id",),
        (
            _text("excerpt_id", "Session and number within it", True),
            _text("session_id", "Session", True),
            _int("position", "Order within the session: by first character where all have one, else as exported", True),
            _int("start", "First character in the document, counted from 0, where the tool exports it"),
            _int("stop", "The character after the last one"),
            _text("place", "Where it stands in the tool's own words, for example a paragraph or a time"),
            _text("text", "The words, after redaction of personal data; empty where the tool exports counts only"),
        ),
    ),
    Table(
        "coding",
        "one row per excerpt, code of the tool and coder",
        ("excerpt_id", "code", "coder"),
        (
            _text("excerpt_id", "Excerpt", True),
            _text("code", "Code as the tool names it", True),
            _text("theme", "Theme it is mapped to; empty when the code is not in the themes register"),
            _text("coder", "Pseudonym of the coder", True),
        ),
    ),
    Table(
        "utterance",
        "one row per turn of a session's transcript",
        ("session_id", "number"),
        (
            _text("session_id", "Session", True),
            _int("number", "Order within the transcript", True),
            Field("started", "DOUBLE", "Seconds from the start of the recording"),
            Field("stopped", "DOUBLE", "Seconds from the start of the recording"),
            _text("speaker", "Pseudonym of the speaker within the session; empty where the transcript names nobody"),
            _text("text", "The words, after redaction of personal data", True),
        ),
    ),
)

#: Questions whose answers people may code: field -> wording.
COMMENTS: Mapping[str, str] = MappingProxyType(
    {q.field: q.text for q in QUESTIONS if q.kind == "text" and not q.secret and q.field != "pcn"}
)
COMMENT_CODING = Table(
    "comment_coding",
    "one row per comment of an accepted response and code that people gave to it",
    ("response_id", "field", "code"),
    (
        _RESPONSE_ID,
        _code("field", "Our field of the question that was commented on", COMMENTS, True),
        _text("code", "Code as in the register comment_codes", True),
        _text("theme", "Theme of that code", True),
    ),
)

#: Small CSV registers for what no tool exports. Their headers are the field names; blank templates are written from here.
REGISTERS = (
    Table(
        "waves",
        "one row per survey wave",
        ("wave_id",),
        (
            _text("wave_id", "Short id, sorts by time, for example 2026-1-spring", True),
            _text("wave_name", "Name shown to people", True),
            _text("tool", "Survey tool, for example microsoft_forms", True),
            _date("opened", "First day, YYYY-MM-DD", True),
            _date("closed", "Last day, YYYY-MM-DD", True),
            _text("kinds_asked", "Kinds of respondent asked, separated by a space, for example: splw care_coordinator", True),
        ),
    ),
    Table("sessions", "one row per focus-group session", ("session_id",), FOCUS_GROUPS[0].fields),
    Table(
        "themes",
        "one row per code of the coding tool; several codes may share a theme",
        ("code",),
        (
            _text("code", "Code exactly as the tool names it, alone or after those above it: above > below", True),
            _text("theme", "Theme code", True),
            _text("label", "Name of the theme shown to people", True),
            _text("parent", "Parent theme"),
            _text("description", "What belongs to it"),
            _text("remedy", "The remedy the programme names for it"),
        ),
    ),
    Table(
        "requests",
        "one row per request for the offer",
        ("pcn_code", "date"),
        (
            _text("pcn_code", "PCN that asks", True),
            _date("date", "Day of the request", True),
            _text("statement", "Its own statement of need, after redaction"),
        ),
    ),
    Table(
        "offers",
        "one row per PCN and status",
        ("pcn_code", "status", "date"),
        (
            _text("pcn_code", "PCN", True),
            _code("status", "Status of the offer", OFFER_STATUSES, True),
            _date("date", "Day the status began", True),
        ),
    ),
    Table(
        "notes",
        "one row per note of a Regional Learning Coordinator",
        ("place_code", "date", "note"),
        (
            _text("place_code", "PCN or region the note is about", True),
            _date("date", "Day of the note", True),
            _text("note", "The note, after redaction", True),
            _code("audience", "Who may read it", AUDIENCES, True),
        ),
    ),
    Table(
        "covariates",
        "one row per PCN and covariate",
        ("pcn_code", "name"),
        (
            _text("pcn_code", "PCN", True),
            _text("name", "Name of the covariate, for example deprivation; the same in all its rows", True),
            Field(
                "value",
                "DOUBLE",
                "A number on any scale; more may go with more need or with less. No row: taken as the mean",
                required=True,
            ),
            _text("source", "Where it comes from, in words", True),
        ),
    ),
    Table(
        "convergence",
        "one row per theme, place and day on which people settled how survey and focus groups stand to each other",
        ("theme", "region_code", "date"),
        (
            _text("theme", "Theme code", True),
            _text("region_code", "Region it was settled for; empty means England"),
            _code("verdict", "What they settled, in place of what is proposed from the numbers", VERDICTS, True),
            _date("date", "Day it was settled", True),
            _text("note", "Why, after redaction"),
        ),
    ),
    Table(
        "comment_codes",
        "one row per code that people gave to a comment of a survey",
        ("wave_id", "response_id", "field", "code"),
        (
            _text("wave_id", "Wave, as in the waves register", True),
            _text("response_id", "Id of the response as the survey tool exports it", True),
            _code("field", "Our field of the question that was commented on", COMMENTS, True),
            _text("code", "Code, as in the themes register", True),
        ),
    ),
    Table(
        "people",
        "one row per person who may sign in; checked at intake, never published in a snapshot",
        ("email",),
        (
            _text("email", "Work e-mail address", True),
            _text("regions", "Region codes separated by a space; empty means all"),
            _code("audience", "What the person may see", AUDIENCES, True),
        ),
    ),
)

REGISTER_BY_NAME: Mapping[str, Table] = MappingProxyType({t.name: t for t in REGISTERS})

#: Registers that become a table of the snapshot as they stand.
PUBLISHED_REGISTERS = ("requests", "offers", "notes", "covariates", "convergence")

INTAKE = (
    Table(
        "load",
        "one row per file of the build",
        ("file",),
        (
            _text("file", "File name, with its folder below the one given", True),
            _text("sha256", "SHA-256 of the bytes", True),
            _text("tool", "What it was recognised as", True),
            _text("why", "Why it was recognised so", True),
            _int("rows_read", "Data rows read", True),
            _int("accepted", "Rows accepted", True),
            _int("quarantined", "Rows set aside", True),
            _text("note", "What else there is to know"),
        ),
    ),
    Table(
        "mapping",
        "one row per mapping file that this snapshot used",
        ("file",),
        (
            _text("file", "File name", True),
            _text("sha256", "SHA-256 of the bytes", True),
            _text("text", "The mapping itself (TOML)", True),
        ),
    ),
    Table(
        "quarantine",
        "one row per row set aside",
        ("file", "row"),
        (
            _text("file", "File", True),
            _int("row", "Row in the file, the header being row 1", True),
            _code("reason", "Reason", QUARANTINE_REASONS, True),
            _text("detail", "What was found, what was expected, what to do", True),
            _text("content", "The row without personal data, as JSON"),
        ),
    ),
    Table(
        "warning",
        "one row per accepted row or column about which something is to be known",
        ("file", "row", "what"),
        (
            _text("file", "File", True),
            _int("row", "Row in the file; 0 when it concerns the whole file", True),
            _text("what", "What was noticed and what was done", True),
        ),
    ),
    Table(
        "setting",
        "one row per definition that can be set (data/reference/settings.toml), as it was at publish",
        ("name",),
        (_text("name", "Setting", True), Field("value", "DOUBLE", "Value", required=True)),
    ),
    Table(
        "snapshot",
        "one row: this snapshot",
        ("snapshot_id",),
        (
            _text("snapshot_id", "SHA-256 of sources, mappings, settings and schema version, first 16 characters", True),
            Field("fictional", "BOOLEAN", "Whether its PCNs are fictional", required=True),
            _date("data_until", "Latest date any of its data speaks of", True),
            _text("schema_version", "Version of this contract", True),
            _text("intake_code", "SHA-256 of the code that turned files into tables, first 16 characters", True),
            _text("versions", "Versions of the dashboard and of the libraries that read the files", True),
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    *ORGANISATIONS,
    *SURVEY,
    *FOCUS_GROUPS,
    COMMENT_CODING,
    *(REGISTER_BY_NAME[name] for name in PUBLISHED_REGISTERS),
    *INTAKE,
)
BY_NAME: Mapping[str, Table] = MappingProxyType({t.name: t for t in TABLES})

__all__ = [
    "AUDIENCES", "BY_FIELD", "BY_NAME", "CHALLENGES", "COMMENTS", "OFFER_STATUSES", "PUBLISHED_REGISTERS",
    "QUARANTINE_REASONS", "REGISTERS", "REGISTER_BY_NAME", "RESPONDENT_KINDS", "SCHEMA_VERSION", "STATES", "STORED", "TABLES", "VERDICTS",
    "WORKFORCE_ROLES", "YES_NO", "Field", "Table",
]  # fmt: skip
