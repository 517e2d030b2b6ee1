"""Two things at once: both results, or the first error as it is."""

import anyio
import pytest

from ccm_engine import errors
from ccm_engine.together import together


async def test_both_results_in_their_order() -> None:
    started = anyio.Event()

    async def slow() -> str:
        await started.wait()
        return "slow"

    async def quick() -> int:
        started.set()
        return 1

    assert await together(slow, quick) == ("slow", 1)


@pytest.mark.parametrize("first", [True, False])
async def test_an_error_of_either_ends_the_other(first: bool) -> None:  # noqa: FBT001 - a parameter of the test
    async def fail() -> None:
        raise errors.SourceUnreachable(source="x", reason="y") from OSError("why")

    pair = (fail, anyio.sleep_forever) if first else (anyio.sleep_forever, fail)
    with pytest.raises(errors.SourceUnreachable) as caught:
        await together(*pair)
    assert isinstance(caught.value.__cause__, OSError)
