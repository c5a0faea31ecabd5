"""The numbers associations go by: RNA, SIREN, SIRET. Read as people write them, kept as bare signs."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siren as stdnum_siren
from stdnum.luhn import checksum

from maillage.kernel.organisations.models import RNA_NUMBER

LA_POSTE = "356000000"  # its establishments carry SIRET whose digits add up to a multiple of five
_SEPARATORS = re.compile(r"[\s.\-\u2010\u2011\u00a0\u202f]+")


def bare(text: str) -> str:
    return _SEPARATORS.sub("", text).upper()


def is_rna(number: str) -> bool:
    return bool(re.match(RNA_NUMBER, number)) and number.isascii()


def is_siren(number: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{9}", number)) and bool(stdnum_siren.is_valid(number))


def is_siret(number: str) -> bool:
    """Fourteen digits that pass Luhn, the first nine too; La Poste's establishments add up otherwise."""
    if not re.fullmatch(r"[0-9]{14}", number) or not is_siren(number[:9]):
        return False
    if number.startswith(LA_POSTE) and sum(map(int, number)) % 5 == 0:
        return True
    return int(checksum(number)) == 0


def validate_rna(text: str) -> None:
    if not is_rna(bare(text)):
        raise ValidationError(
            _(
                "Un numéro RNA commence par W, suivi de neuf signes : W353001234. Il est sur le récépissé de la préfecture."
            ),
            code="rna",
        )


def validate_siret(text: str) -> None:
    """A SIREN is the beginning of a SIRET: whoever gives only that is told what is missing."""
    number = bare(text)
    if is_siren(number):
        raise ValidationError(
            _(
                "C’est votre numéro SIREN. Écrivez le SIRET du siège : ces neuf chiffres, puis cinq autres, sur l’avis de situation de l’Insee."
            ),
            code="siren",
        )
    if not is_siret(number):
        raise ValidationError(
            _("Ce numéro SIRET n’est pas juste : quatorze chiffres, dont le dernier vérifie les autres."), code="siret"
        )


def spaced(siret: str) -> str:
    """« 123 456 782 00010 »."""
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}" if siret else ""
