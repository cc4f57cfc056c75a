"""What tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from oversight import publish, store
from oversight.settings import SAMPLE

# the machines that run these tests are slow and shared: a deadline would fail on noise
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files that stay where they are; tests that need it are skipped without it."""
    folder = Path(os.environ.get("OVERSIGHT_REAL_DATA") or Path(__file__).parents[2] / "shared" / "real")
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set OVERSIGHT_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def oracles(real_data: Path) -> Path:
    """Folder of the published numbers to check against, beside the real files."""
    folder = real_data.parent / "oracles"
    if not folder.is_dir():
        pytest.skip(f"no oracle files at {folder}")
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    """The fictional sample, published once by the production build."""
    account = publish.build([SAMPLE], tmp_path_factory.mktemp("snapshots"))
    return store.find_snapshot(account.path)
