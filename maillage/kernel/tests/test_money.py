import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.money import parse, split, value_of

weights = st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(lambda w: sum(w) > 0)


@given(st.integers(-(10**9), 10**9), weights)
def test_shares_add_up_and_none_is_off_by_a_cent(amount: int, shares: list[int]) -> None:
    made = split(amount, shares)
    assert sum(made) == amount
    assert all(abs(cents - amount * w / sum(shares)) < 1 for cents, w in zip(made, shares, strict=True))


@pytest.mark.parametrize("given_weights", [[0, 0], [2, -1]])
def test_weights_that_share_nothing_are_refused(given_weights: list[int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        split(100, given_weights)


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12,50", 1250), ("1 234.5 €", 123450), ("0", 0), ("-3", -300), ("1\u202f000", 100000)],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int) -> None:
    assert parse(text) == cents


@pytest.mark.parametrize("text", ["", "douze", "1,234", "NaN", "Infinity", "9999999999999", "1e400"])
def test_what_is_no_amount_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError):
        parse(text)


@given(st.integers(0, 60 * 2000), st.integers(0, 10_000))
def test_the_value_of_time_is_right_to_half_a_cent(minutes: int, rate: int) -> None:
    assert abs(value_of(minutes, rate) - minutes * rate / 60) <= 0.5
