"""The whole files that are damaged elsewhere are read as their tool's, and publish when they are left whole."""

from pathlib import Path

from seeds import write_seeds, write_surroundings

from oversight import exports, publish

TOOL = {
    "forms": "microsoft_forms", "smartsurvey": "smartsurvey", "citizen": "citizen_space", "qualtrics": "qualtrics",
    "surveymonkey": "surveymonkey", "google": "google_forms", "spss": "spss", "table": "table", "refi": "refi_qda",
    "taguette": "taguette", "nvivo": "nvivo", "maxqda": "maxqda", "atlas": "atlas_ti", "dedoose": "dedoose", "teams": "teams_transcript",
}  # fmt: skip


def test_every_seed_is_read_by_its_own_reader_and_builds(tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds")
    assert {TOOL[name.partition("-")[0]] for name in seeds} == set(TOOL.values())
    folder = tmp_path / "exports"
    write_surroundings(folder)
    for name, path in seeds.items():
        reading = exports.read(path)
        assert reading is not None and reading.tool == TOOL[name.partition("-")[0]], name
        placed = folder / f"damaged{''.join(path.suffixes)}"
        placed.write_bytes(path.read_bytes())
        account = publish.build([folder], None)
        assert account.responses == (20 if reading.survey is not None else 0), (name, [s.note for s in account.sources])
        placed.unlink()
