"""The fictional sample: exports as the tools write them, and, apart from them, the truth about what they hold.

Everything is drawn from one seed, in the real regions and ICBs and in PCNs that do not exist. No effect of a real place
goes into it. The same seed gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from oversight.sample import double_coded, focus, judgements, mentions, official, registers, respondents, transcripts, truth
from oversight.sample.files import gz_bytes, write
from oversight.sample.people import WAVES, make_people
from oversight.sample.places import APRIL, OCTOBER, make_country
from oversight.sample.surveys import autumn_xlsx, make_rows, spring_csv
from oversight.sample.waves import AUTUMN, FORMS, SPRING
from oversight.survey_text import mapping_toml

SEED = 2026


def make_sample(out: Path, truth_out: Path, seed: int = SEED) -> None:
    """Write the sample's exports below ``out`` and what is true of them below ``truth_out``; a few seconds.

    ``out`` holds input files only, in the folders official, surveys, taguette, refi-qda, transcripts, registers and mappings.
    Files that stand there already are overwritten; others are left alone.
    """
    country = make_country(seed)
    pcns = make_people(seed, country)
    official.choose_returns(seed, country)
    sessions = focus.make_sessions(seed, country)
    highlights = focus.make_highlights(seed, sessions)
    spoken = mentions.with_mentions(seed, country, sessions, transcripts.make_transcripts(seed, sessions, highlights))
    twice = double_coded.make_sessions(seed, country, sessions)
    passages = double_coded.make_passages(seed, twice, {h.content for h in highlights})
    waves = [truth.Wave(form, make_rows(seed, form, country, pcns)) for form in FORMS]
    spring, autumn = waves
    respondents.give_codes(seed, country, spring.rows, autumn.rows)
    exports: dict[str, str | bytes] = {
        f"official/gp-reg-pat-prac-map_{APRIL}.csv": official.practice_map(country, APRIL),
        f"official/gp-reg-pat-prac-map_{OCTOBER}.csv": official.practice_map(country, OCTOBER),
        f"official/gp-reg-pat-prac-quin-age_{OCTOBER}.zip": official.list_sizes(seed, country),
        "official/PCNWFIndividualCSV.032026.zip": official.workforce(seed, country, pcns, WAVES[0]),
        "official/PCNWFIndividualCSV.092026.zip": official.workforce(seed, country, pcns, WAVES[1]),
        "official/ePCN.xlsx": official.ods_list(seed, country),
        SPRING.file: spring_csv(SPRING, spring.rows),
        AUTUMN.file: autumn_xlsx(AUTUMN, autumn.rows),
        "taguette/highlights.csv": focus.taguette_csv(highlights),
        f"refi-qda/{double_coded.PROJECT}": double_coded.project(seed, passages),
        "mappings/spring-2026.toml": mapping_toml(SPRING.questions, [SPRING.wave_id]),
    }
    codes, unknown = judgements.comment_codes(seed, waves)
    exports |= {"registers/comment_codes.csv": codes, "registers/convergence.csv": judgements.convergence_csv()}
    exports |= {f"transcripts/{name}": text for name, text in transcripts.files(seed, sessions, spoken).items()}
    for name, text in registers.make_registers(seed, country, pcns, [*sessions, *twice]).items():
        exports[f"registers/{name}"] = text
    for name, content in exports.items():
        write(out / name, content)
    known: dict[str, str | bytes] = {
        "responses.csv.gz": gz_bytes(truth.responses_csv(country, waves)),
        "answers.csv.gz": gz_bytes(truth.answers_csv(waves)),
        "quarantine.csv": truth.quarantine_csv(waves, [("registers/comment_codes.csv", *fault) for fault in unknown]),
        "warnings.csv": truth.warnings_csv(waves),
        "focus.csv": truth.focus_csv([*sessions, *twice], [*highlights, *double_coded.highlights(passages)]),
        "codings.csv": double_coded.truth_csv(passages),
        "utterances.csv": transcripts.truth_csv(spoken),
        "pcn.csv": truth.pcn_csv(country, pcns, waves),
        "personas.csv": truth.personas_csv(country, waves),
    }
    for name, content in known.items():
        write(truth_out / name, content)
