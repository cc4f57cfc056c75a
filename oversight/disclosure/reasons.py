"""Why a value is withheld, in the words that stand in its row; {n}, {low} and {high} are filled in from the settings."""

FEW = "fewer than {n} respondents"
SMALL = "a number or its complement is {low} to {high}"
SPLIT = "the split into no and don't know has a number from {low} to {high}"
CELL = "one of the four numbers with both, one or neither is {low} to {high}"
OTHER = "a count of another state (no answer, does not apply …) is {low} to {high}"
REST = "it could be worked out from a small number that is withheld beside it"
OPEN = "the number of those whose part is not known, or of those whose part is, is {low} to {high}"
BESIDE = "link workers' own number beside it is withheld"
ENGLAND = "England's own number, which it is compared with, is withheld"
MEDIAN = "a median can be one person's own answer"
WHOLE = "some number gives {low} to {high} people, so that the mean would give the others away"
PLACE = "answers about a single PCN stay inside the programme"
SENSITIVE = "wellbeing, intention to leave and safeguarding are never shown for a PCN under {n} respondents"
SENSITIVE_GROUP = (
    "wellbeing, intention to leave, patient concerns and safeguarding are never shown for a group with fewer than {n} respondents"
)
REMAINDER = "it would give a withheld number away, as what is left of their total"
REASONS = "what replies on safeguarding and strain add is not shown for a PCN under {n} respondents, only together with its place"
IN_POST = (
    "what replies on safeguarding and strain add is not shown for a PCN under {n} respondents, only together with its place, nor the need "
    "of the people in post while strain has a weight"
)
DIFFERENCE = (
    "so few respondents came or went between the two snapshots (fewer than {n}, or {low} to {high} with or without it) that the difference "
    "would tell what they answered"
)
ONE_SIDED = "one of the two snapshots has nothing here that may be shown"
PAIRS = "one of the four groups of those who answered both times has {low} to {high} people"
OTHERS = "so few answered only one of the times (fewer than {n}, or {low} to {high} with or without it) that they could be worked out"
PLACES = "fewer than {n} PCNs were heard both times"
NOTE = "what people wrote beside their verdict stays inside the programme"
OFFERS = "where the PCNs of a region stand with the offer stays inside the programme"
GIVEN_AWAY = "it would give away a number of the same remedy that is withheld"
WORDS = "single people's words and rows stay inside the programme"

#: What is said, whether or not there is any, where rows go as a whole.
WITHHELD_WHOLE = {
    "rows": f"Rows are withheld: {WORDS}.",
    "plan": "Rows are withheld: how the places would be shared out stays inside the programme until it is decided.",
    "inside": "Rows are withheld: which PCNs have the offer, and their need before and after it, stay inside the programme.",
    "events": "Rows are withheld: what is not marked as shareable stays inside the programme.",
}
