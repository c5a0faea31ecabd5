from django.utils.translation import gettext_lazy as _

from maillage.kernel.refusal import Refused


class TooYoung(Refused):
    sentence = _("Cette mission demande d’avoir {age} ans.")


def test_a_refusal_says_its_sentence_with_its_values():
    assert str(TooYoung(age=16)) == "Cette mission demande d’avoir 16 ans."


def test_a_refusal_keeps_its_values_for_machines():
    assert TooYoung(age=16).values == {"age": 16}
