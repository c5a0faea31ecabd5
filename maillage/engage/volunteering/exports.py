"""What an association takes away: one table for each noun, in words that a spreadsheet's reader understands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.engage.volunteering.models import Hours, Mission, Need, Outcome, Shift, SignUp
from maillage.kernel.consent.models import Consent
from maillage.kernel.documents.models import Issued
from maillage.kernel.organisations.models import Contact, Organisation


@dataclass(frozen=True)
class Table:
    """`row(object, sees_helped)` answers one cell for each word of `header`."""

    name: str  # as in its address
    label: str | Promise
    header: tuple[str | Promise, ...]
    rows_of: Callable[[Organisation], "QuerySet[Any]"]
    row: Callable[[Any, bool], tuple[Any, ...]]
    tells_who_is_helped: bool = False  # then only for those who may see it

    @property
    def csv(self) -> str:
        return f"{self.name}.csv"

    @property
    def json(self) -> str:
        return f"{self.name}.json"

    def lines(self, organisation: Organisation, *, sees_helped: bool) -> Iterator[tuple[Any, ...]]:
        for one in self.rows_of(organisation).order_by("pk").iterator(chunk_size=2000):
            with timezone.override(organisation.zone):  # for each row: a file is sent when the view is over
                line = self.row(one, sees_helped)
            yield line


def at(moment: datetime | None) -> str:
    """An instant as the clocks of the association showed it."""
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def yes(said: bool) -> str:
    return _("oui") if said else _("non")


def need(one: Need, sees_helped: bool) -> tuple[Any, ...]:
    helped = one.helped.name if one.helped and sees_helped else (_("une personne aidée") if one.helped_id else "")
    return (
        one.pk, one.title, one.get_domain_display(), one.hands, one.skill, one.get_urgency_display(), at(one.wanted_at),
        one.when_words, str(one.commune), one.commune_id, helped, one.details if sees_helped or not one.helped_id else "",
        one.get_status_display(), at(one.said_at), at(one.closed_at), one.decline_reason,
    )  # fmt: skip


def mission(one: Mission, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk, one.need_id or "", one.title, one.get_domain_display(), one.get_status_display(), one.what, one.why,
        one.with_whom, one.skill, yes(one.is_remote), str(one.commune or ""), one.commune_id or "", one.area,
        one.meeting_point, one.transport, one.gear, one.training, yes(one.is_wheelchair_accessible), yes(one.has_meal),
        yes(one.is_insured), one.min_age, yes(one.asks_first), one.contact_name, one.contact_phone, one.contact_email,
        at(one.made_at), at(one.published_at), at(one.ended_at), one.cancel_reason,
    )  # fmt: skip


def shift(one: Shift, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk, one.mission_id, one.mission.title, at(one.starts_at), at(one.ends_at), one.length_minutes,
        yes(one.is_flexible), one.capacity, one.taken, one.note, at(one.cancelled_at),
    )  # fmt: skip


def sign_up(one: SignUp, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk, one.shift_id, one.shift.mission.title, at(one.shift.starts_at), one.contact_id, one.contact.name,
        one.get_status_display(), one.message, at(one.made_at), at(one.ended_at), one.end_reason,
        one.get_presence_display(), at(one.presence_at), at(one.claimed_at), one.claim,
    )  # fmt: skip


def hours(one: Hours, _sees: bool) -> tuple[Any, ...]:
    return (
        one.sequence, one.on.isoformat(), one.contact_id, one.contact.name, one.sign_up.shift.mission.title, one.sign_up_id,
        one.minutes, one.reverses.sequence if one.reverses else "", one.why, str(one.by), at(one.at),
        at(one.signature.at) if hasattr(one, "signature") else "", one.row_hash,
    )  # fmt: skip


def outcome(one: Outcome, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk,
        one.mission_id,
        one.mission.title,
        one.get_side_display(),
        one.sign_up_id or "",
        one.get_answer_display(),
        one.words,
        at(one.told_at),
    )


def person(one: Contact, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk,
        one.name,
        one.email,
        one.phone,
        one.birth_year or "",
        at(one.since_at),
        yes(one.person_id is not None),
    )


def attestation(one: Issued, _sees: bool) -> tuple[Any, ...]:
    return (
        one.code, one.about_id, one.summary.get("since", ""), one.summary.get("until", ""), one.summary.get("minutes", ""),
        str(one.by), at(one.at), at(one.withdrawn_at), one.sha256,
    )  # fmt: skip


def agreement(one: Consent, _sees: bool) -> tuple[Any, ...]:
    return (
        one.pk, one.contact_id or "", one.contact.name if one.contact else "", one.wording, one.get_how_display(),
        at(one.given_at), str(one.recorded_by or ""), at(one.withdrawn_at),
    )  # fmt: skip


_l = gettext_lazy
TABLES: tuple[Table, ...] = (
    Table(
        "besoins", _l("Les besoins"),
        (_l("n°"), _l("besoin"), _l("domaine"), _l("personnes"), _l("savoir-faire"), _l("urgence"), _l("quand"),
         _l("quand, en mots"), _l("commune"), _l("code INSEE"), _l("pour"), _l("détails"), _l("état"), _l("dit le"),
         _l("clos le"), _l("motif du refus")),
        lambda organisation: Need.objects.of(organisation).select_related("commune", "helped"), need,
    ),
    Table(
        "missions", _l("Les missions"),
        (_l("n°"), _l("n° du besoin"), _l("titre"), _l("domaine"), _l("état"), _l("ce que l’on fait"), _l("à quoi cela sert"),
         _l("avec qui"), _l("savoir-faire"), _l("à distance"), _l("commune"), _l("code INSEE"), _l("quartier"),
         _l("rendez-vous"), _l("comment venir"), _l("à apporter"), _l("accueil et formation"), _l("accessible en fauteuil"),
         _l("repas"), _l("assurée"), _l("âge minimum"), _l("confirmation demandée"), _l("contact"), _l("téléphone"), _l("mail"),
         _l("préparée le"), _l("publiée le"), _l("finie le"), _l("motif d’annulation")),
        lambda organisation: Mission.objects.of(organisation).select_related("commune"), mission,
    ),
    Table(
        "creneaux", _l("Les créneaux"),
        (_l("n°"), _l("n° de la mission"), _l("mission"), _l("début"), _l("fin"), _l("minutes"), _l("à l’heure de son choix"),
         _l("places"), _l("places prises"), _l("précision"), _l("annulé le")),
        lambda organisation: Shift.objects.of(organisation).select_related("mission"), shift,
    ),
    Table(
        "inscriptions", _l("Les inscriptions et les présences"),
        (_l("n°"), _l("n° du créneau"), _l("mission"), _l("début"), _l("n° de la personne"), _l("nom"), _l("état"), _l("message"),
         _l("inscrit le"), _l("finie le"), _l("motif"), _l("présence"), _l("notée le"),
         _l("contestée le"), _l("ce que dit la personne")),
        lambda organisation: SignUp.objects.of(organisation).select_related("shift__mission", "contact"), sign_up,
    ),
    Table(
        "heures", _l("Le registre des heures"),
        (_l("ligne"), _l("jour"), _l("n° de la personne"), _l("nom"), _l("mission"), _l("n° de l’inscription"), _l("minutes"),
         _l("annule la ligne"), _l("motif"), _l("comptées par"), _l("écrite le"), _l("signée par le ou la bénévole le"),
         _l("empreinte")),
        lambda organisation: Hours.objects.of(organisation).select_related(
            "contact", "sign_up__shift__mission", "by", "reverses", "signature"
        ),
        hours,
    ),
    Table(
        "retours", _l("Les retours : « est-ce que cela a aidé ? »"),
        (_l("n°"), _l("n° de la mission"), _l("mission"), _l("de quel côté"), _l("n° de l’inscription"), _l("réponse"),
         _l("mots"), _l("dit le")),
        lambda organisation: Outcome.objects.of(organisation).select_related("mission"), outcome,
    ),
    Table(
        "personnes", _l("Les personnes"),
        (_l("n°"), _l("nom"), _l("mail"), _l("téléphone"), _l("année de naissance"), _l("connue depuis le"), _l("a un compte")),
        lambda organisation: Contact.objects.of(organisation).filter(erased_at=None, sign_ups__isnull=False).distinct(), person,
    ),
    Table(
        "attestations", _l("Les attestations délivrées"),
        (_l("code"), _l("n° de la personne"), _l("du"), _l("au"), _l("minutes"), _l("délivrée par"), _l("délivrée le"),
         _l("retirée le"), _l("empreinte du fichier")),
        lambda organisation: Issued.objects.of(organisation).filter(kind="volunteering.attestation").select_related("by"),
        attestation,
    ),
    Table(
        "personnes-aidees", _l("Les personnes aidées"),
        (_l("n°"), _l("nom"), _l("mail"), _l("téléphone"), _l("année de naissance"), _l("connue depuis le"), _l("a un compte")),
        lambda organisation: Contact.objects.of(organisation).filter(erased_at=None, needs__isnull=False).distinct(), person,
        tells_who_is_helped=True,
    ),
    Table(
        "accords", _l("Les accords recueillis"),
        (_l("n°"), _l("n° de la personne"), _l("nom"), _l("accord"), _l("comment"), _l("donné le"), _l("noté par"), _l("repris le")),
        lambda organisation: Consent.objects.of(organisation).select_related("contact", "recorded_by"), agreement,
        tells_who_is_helped=True,
    ),
)  # fmt: skip
