from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.engage.volunteering.models import GuardianAgreement, Need, SignUp
from maillage.kernel import secret_link
from maillage.kernel.organisations.models import Invitation
from maillage.kernel.people.models import Guardianship, Person


@given(key=st.integers(1, 10**15 - 1), seed=st.text("abcdef0123456789", min_size=4))
def test_a_token_opens_its_own_row_only(key, seed):
    made = secret_link.token("sheet", key, seed)
    assert secret_link.key_of(made) == key
    assert secret_link.is_right(made, "sheet", key, seed)
    assert not secret_link.is_right(made, "guardian", key, seed)
    assert not secret_link.is_right(made, "sheet", key + 1, seed)
    assert not secret_link.is_right(made, "sheet", key, seed + "x")


NO_TOKENS = ["", "-", "abc", "12", "²-x", "9" * 30 + "-x", "1-\x00", "é-é"]


@pytest.mark.parametrize("given", NO_TOKENS)
def test_what_is_no_token_opens_nothing(given):
    key = secret_link.key_of(given)
    assert key == 0 or not secret_link.is_right(given, "sheet", key, "seed")


def test_a_new_seed_makes_the_old_address_void():
    seed = secret_link.new_seed()
    old = secret_link.token("sheet", 7, seed)
    assert not secret_link.is_right(old, "sheet", 7, secret_link.new_seed())


# ── The row behind an address ─────────────────────────────────────────────────────────────────
@pytest.fixture
def asked(amina: Person, now: datetime) -> Guardianship:
    return Guardianship.objects.create(minor=amina, guardian_name="Mère", asked_at=now)


def test_the_right_address_finds_its_row(asked: Guardianship) -> None:
    assert secret_link.found(Guardianship.objects.all(), asked.token) == asked


def test_no_two_things_have_the_same_purpose() -> None:
    opens = [model.opens for model in secret_link.HasSecretAddress.__subclasses__()]
    assert sorted(opens) == ["guardian", "guardianship", "invitation", "need", "sheet"]
    assert {model.opens for model in (GuardianAgreement, Guardianship, Invitation, Need, SignUp)} == set(opens)


@pytest.mark.parametrize("purpose", ["guardian", "invitation", "need", "sheet", ""])
def test_the_address_of_another_purpose_finds_nothing(asked: Guardianship, purpose: str) -> None:
    """Same key, same seed: the token of a need does not open the question put to a guardian."""
    other = secret_link.token(purpose, asked.pk, asked.link_seed)
    assert secret_link.found(Guardianship.objects.all(), other) is None


def test_the_address_made_from_an_older_seed_or_for_another_row_finds_nothing(
    asked: Guardianship, claire: Person, now: datetime
) -> None:
    old = asked.token
    second = Guardianship.objects.create(minor=claire, guardian_name="Père", asked_at=now, link_seed=asked.link_seed)
    assert secret_link.found(Guardianship.objects.all(), old.replace(f"{asked.pk}-", f"{second.pk}-", 1)) is None
    Guardianship.objects.filter(pk=asked.pk).update(link_seed=secret_link.new_seed())
    assert secret_link.found(Guardianship.objects.all(), old) is None


def test_a_row_that_was_emptied_has_no_address(asked: Guardianship) -> None:
    Guardianship.objects.filter(pk=asked.pk).update(link_seed="")
    guessed = secret_link.token("guardianship", asked.pk, "")
    assert secret_link.found(Guardianship.objects.all(), guessed) is None


def test_a_row_outside_of_what_was_asked_is_not_found(asked: Guardianship) -> None:
    assert secret_link.found(Guardianship.objects.exclude(pk=asked.pk), asked.token) is None


def test_garbage_finds_nothing_and_breaks_nothing(asked: Guardianship) -> None:
    right = asked.token
    for garbage in [
        *NO_TOKENS, right[:-1], f"{right}x", f" {right}", f"{right}\n", right.swapcase(), f"0{right}", f"+{right}",
        f"{asked.pk}-", f"{asked.pk}-" + "é" * 20, "9" * 15 + right, right + "A" * 1_000_000, "9" * 1_000_000,
    ]:  # fmt: skip
        assert secret_link.found(Guardianship.objects.all(), garbage) is None
