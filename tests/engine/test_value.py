"""Values are what they hold: compared, hashed and shown by their fields."""

from dataclasses import field, replace

import pytest

from ccm_engine.value import value


@value
class Point:
    x: int
    y: int = 0
    label: str = field(default="", compare=False)


@value
class Other:
    x: int
    y: int = 0


@value
class Nothing: ...


@value
class Login:
    name: str
    password: str = field(repr=False)


class Known:
    def __repr__(self) -> str:
        return "known"


@value
class Shown(Known):
    secret: str

    def __repr__(self) -> str:
        return "shown"


def test_two_that_hold_the_same_are_equal_and_one_key() -> None:
    assert Point(x=1) == Point(x=1)
    assert len({Point(x=1), Point(x=1), Point(x=2)}) == 2
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1


def test_what_is_not_compared_makes_no_difference() -> None:
    assert Point(x=1, label="a") == Point(x=1, label="b")
    assert hash(Point(x=1, label="a")) == hash(Point(x=1, label="b"))


@pytest.mark.parametrize("other", [Point(x=2), Point(x=1, y=1), Other(x=1), (1, 0), None], ids=repr)
def test_another_value_or_class_is_not_equal(other: object) -> None:
    assert Point(x=1) != other


def test_it_is_shown_by_its_fields_or_as_it_says() -> None:
    assert repr(Point(x=1, label="a")) == "Point(x=1, y=0, label='a')"
    assert repr(Shown(secret="a")) == "shown"
    assert repr(Login(name="a", password="b")) == "Login(name='a')"


def test_a_copy_takes_new_values_of_known_fields_only() -> None:
    assert replace(Point(x=1), y=2) == Point(x=1, y=2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        replace(Point(x=1), z=2)  # type: ignore[call-arg]
    with pytest.raises(AttributeError, match="no attribute 'z'"):
        object.__setattr__(Point(x=1), "z", 2)
