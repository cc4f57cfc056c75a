"""The committed sample is what the generator writes, the generator writes the same bytes every time, and it is small."""

from pathlib import Path

import pytest
from sample_naive import SAMPLE, TRUTH, unpack

from oversight.sample import make_sample


def files(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("again")
    make_sample(folder / "sample", folder / "truth")
    return folder / "sample", folder / "truth"


@pytest.mark.parametrize("which", [0, 1], ids=["sample", "truth"])
def test_the_committed_files_are_current(again: tuple[Path, Path], which: int) -> None:
    # Compared unpacked: another build of zlib may pack the same content into other bytes.
    committed, made = files((SAMPLE, TRUTH)[which]), files(again[which])
    assert committed.keys() == made.keys()
    differing = [name for name in made if unpack(committed[name]) != unpack(made[name])]
    assert not differing, "run `python -m oversight sample`"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(again: tuple[Path, Path], tmp_path: Path) -> None:
    for folder, seed in (("same", 2026), ("other", 7)):
        make_sample(tmp_path / folder / "sample", tmp_path / folder / "truth", seed)
    first = {name: p.read_bytes() for folder in again for name, p in files(folder).items()}
    same = {name: p.read_bytes() for part in ("sample", "truth") for name, p in files(tmp_path / "same" / part).items()}
    other = {name: p.read_bytes() for part in ("sample", "truth") for name, p in files(tmp_path / "other" / part).items()}
    assert first == same
    alike = {name for name in first if first[name] == other[name]}
    # What is not drawn: the waves, the themes, the people and the wording.
    assert alike == {
        *(f"registers/{name}.csv" for name in ("waves", "themes", "people", "convergence")),
        "mappings/spring-2026.toml",
    }


def test_everything_committed_is_below_six_megabytes() -> None:
    assert sum(p.stat().st_size for folder in (SAMPLE, TRUTH) for p in files(folder).values()) < 6_000_000


def test_only_input_files_lie_below_the_sample() -> None:
    folders = {"official", "surveys", "taguette", "refi-qda", "transcripts", "registers", "mappings"}
    assert {p.split("/")[0] for p in files(SAMPLE)} == folders
    assert {Path(p).suffix for p in files(SAMPLE)} == {".csv", ".zip", ".xlsx", ".toml", ".vtt", ".qdpx"}
