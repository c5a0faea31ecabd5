"""Euros as whole cents. An amount is an `int` number of cents; a float never is one."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Cents = int
LARGEST: Cents = 100_000_000_00  # a hundred million euros: beyond, somebody slipped


def split(amount: Cents, weights: Sequence[int]) -> list[Cents]:
    """Share `amount` in proportion to `weights`; the shares add up to it exactly (largest remainder, first one wins).

    Raises ValueError when no weight is positive, or one is negative.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be positive")
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    shares = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(size * weights[n] % total), n))
    for n in by_remainder[: size - sum(shares)]:
        shares[n] += 1
    return [sign * share for share in shares]


def value_of(minutes: int, cents_per_hour: Cents) -> Cents:
    """What time is worth, rounded half up to the cent."""
    return (2 * minutes * cents_per_hour + 60) // 120


def parse(text: str) -> Cents:
    """« 12,50 », « 1 234.5 € » → cents. Raises ValidationError with a sentence."""
    plain = "".join(text.split()).replace("\u202f", "").replace("€", "").replace(",", ".")
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite():
        raise ValidationError(_("Écrivez un montant en euros, par exemple 12,50."), code="not_money")
    if cents != cents.to_integral_value():
        raise ValidationError(_("Un montant a deux chiffres après la virgule au plus."), code="too_fine")
    if abs(cents) > LARGEST:
        raise ValidationError(_("Ce montant est trop grand."), code="too_large")
    return int(cents)
