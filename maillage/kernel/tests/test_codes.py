import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.codes import SIGNS, in_fours, signs_of


@given(st.text(SIGNS, max_size=12))
def test_a_code_is_read_back_as_it_was_printed(signs: str) -> None:
    for typed in (in_fours(signs), in_fours(signs).lower(), f" {in_fours(signs).replace('-', ' ')} "):
        assert signs_of(typed) == signs


def test_no_sign_looks_like_another() -> None:
    assert len(set(SIGNS)) == 32 and not set("01OI") & set(SIGNS)


@pytest.mark.parametrize(("signs", "printed"), [("ABCD2345", "ABCD-2345"), ("ABCD2", "ABCD-2"), ("", "")])
def test_it_is_printed_in_fours(signs: str, printed: str) -> None:
    assert in_fours(signs) == printed


@given(st.text())
def test_whatever_is_typed_only_signs_are_left(typed: str) -> None:
    assert set(signs_of(typed)) <= set(SIGNS)
