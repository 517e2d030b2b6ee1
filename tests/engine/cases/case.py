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
    """The versions that it is for; these two stand for all, from `since` on."""
    since: int = 13
    """The first version that knows its syntax."""
    one_way: bool = False
    """Whether the way back is refused, because it would lose data: see `test_data.py`."""

    def fits(self, major: int) -> bool:
        """Whether it makes sense on a server of that version."""
        return major >= self.since and (self.majors == (18, 15) or major in self.majors)
