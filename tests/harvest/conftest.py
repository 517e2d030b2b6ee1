"""Temporary projects, harvested by real processes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from ccm_engine import harvest


def _write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], None]:
    """Write files (relative path → text) into the test's own project, `tmp_path`."""

    def into_project(files: Mapping[str, str]) -> None:
        _write(tmp_path, files)

    return into_project


@pytest.fixture(scope="session")
async def _harvester(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Path, harvest.Harvester]]:
    root = tmp_path_factory.mktemp("harvested")
    async with harvest.warm(root) as harvester:
        yield root, harvester


@pytest.fixture
def harvest_module(_harvester: tuple[Path, harvest.Harvester]) -> Callable[..., Awaitable[harvest.Harvest]]:
    """Harvest the text of `module.py`; the process is shared by all tests, which is what it is made for."""
    root, harvester = _harvester

    async def module(text: str, *, major: int = 18) -> harvest.Harvest:
        _write(root, {"module.py": text})
        return await harvester.harvest("module.py", major=major)

    return module
