import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel import secret_link


@given(key=st.integers(1, 10**15 - 1), seed=st.text("abcdef0123456789", min_size=4))
def test_a_token_opens_its_own_row_only(key, seed):
    made = secret_link.token("sheet", key, seed)
    assert secret_link.key_of(made) == key
    assert secret_link.is_right(made, "sheet", key, seed)
    assert not secret_link.is_right(made, "guardian", key, seed)
    assert not secret_link.is_right(made, "sheet", key + 1, seed)
    assert not secret_link.is_right(made, "sheet", key, seed + "x")


@pytest.mark.parametrize("given", ["", "-", "abc", "12", "²-x", "9" * 30 + "-x", "1-\x00", "é-é"])
def test_what_is_no_token_opens_nothing(given):
    key = secret_link.key_of(given)
    assert key == 0 or not secret_link.is_right(given, "sheet", key, "seed")


def test_a_new_seed_makes_the_old_address_void():
    seed = secret_link.new_seed()
    old = secret_link.token("sheet", 7, seed)
    assert not secret_link.is_right(old, "sheet", 7, secret_link.new_seed())
