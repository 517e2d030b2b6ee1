"""What a case is: a schema before, a schema after."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Two schemas as SQL scripts. Unless `one_way`, it holds in both directions."""

    name: str
    before: str
    after: str
    expected: tuple[str, ...] | None = None
    """The statements that lead from before to after, where the case is about them."""
    hazards: tuple[str, ...] = ()
    """The codes of the hazards of those statements."""
    majors: tuple[int, ...] = (18, 15)
    one_way: bool = False
    """Whether the way back is refused, because it would lose data: see `test_data.py`."""
