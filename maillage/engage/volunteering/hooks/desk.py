"""What volunteering adds to an association’s desk."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.engage.volunteering import queries
from maillage.engage.volunteering.attestation import in_full
from maillage.engage.volunteering.models import (
    Hours,
    Mission,
    Need,
    NeedStatus,
    SignUp,
    SignUpStatus,
    Urgency,
)
from maillage.kernel import hooks
from maillage.kernel.hooks import Due
from maillage.kernel.organisations.access import allows, can, roles_of
from maillage.kernel.organisations.models import Invitation, Organisation, Role
from maillage.kernel.people.models import Person
from maillage.web.templatetags.web import clock, day, soon
from maillage.web.templatetags.web import hours as in_hours

AHEAD = timedelta(days=3)  # how soon a gap is worth a line on the desk

for label, url_name, icon, right in (
    (gettext_lazy("Besoins"), "desk_needs", "raised", "say_needs"),
    (gettext_lazy("Missions"), "desk_missions", "hands", "manage_missions"),
    (gettext_lazy("Semaine"), "desk_week", "week", "tick_presence"),
    (gettext_lazy("Présences"), "desk_presence", "check", "tick_presence"),
    (gettext_lazy("Heures"), "desk_hours", "clock", "sign_hours"),
    (gettext_lazy("Personnes"), "desk_people", "person", "see_people"),
    (gettext_lazy("Statistiques"), "desk_statistics", "chart", "see_desk"),
    (gettext_lazy("Exports"), "desk_exports", "download", "export_all"),
):
    hooks.menu_items.add(hooks.MenuItem(label, f"volunteering:{url_name}", icon, partial(can, right)))


# ── What needs somebody today ─────────────────────────────────────────────────────────────────
def what_waits(organisation: Organisation, person: Person, now: datetime) -> Iterator[Due]:
    """Needs to look at, answers to give, people missing, presences and hours: to each what their roles let them do."""
    held = roles_of(person, organisation)
    if allows("edit_organisation", held) or allows("manage_missions", held):
        yield from first_steps(organisation, held)
    if allows("say_needs", held):
        yield from needs(organisation, now)
    if allows("manage_missions", held):
        yield from answers(organisation, now)
        yield from gaps(organisation, now)
        yield from drafts(organisation, now)
    if allows("tick_presence", held):
        yield from presences(organisation, now)
    if allows("sign_hours", held):
        yield from hours(organisation, person, now)


def to(name: str, organisation: Organisation, *more: object) -> str:
    return reverse(name, args=[organisation.slug, *more])


def first_steps(organisation: Organisation, held: frozenset[str]) -> Iterator[Due]:
    """The first three things to do; ticked when done."""
    if allows("edit_organisation", held):
        yield Due(
            _("Compléter votre page"), to("web:presentation", organisation), first_step=True,
            why=_("Ce que vous faites, et où : c’est ce que lisent les voisins."),
            done=bool(organisation.presentation and organisation.commune_id),
        )  # fmt: skip
    if allows("manage_missions", held):
        yield Due(
            _("Ouvrir votre première mission"), to("volunteering:desk_mission_new", organisation), first_step=True,
            why=_("Un coup de main concret, un jour, une heure. Cinq minutes suffisent."),
            done=Mission.objects.of(organisation).public().exists(),
        )  # fmt: skip
    if allows("give_roles", held):
        alone = Role.objects.current().filter(organisation=organisation).values("person").distinct().count() < 2
        yield Due(
            _("Inviter quelqu’un à vous aider"), to("web:team", organisation), first_step=True,
            why=_("À deux, personne n’est indispensable."),
            done=not alone or Invitation.objects.of(organisation).exists(),
        )  # fmt: skip


def needs(organisation: Organisation, now: datetime) -> Iterator[Due]:
    """Those that came from outside, one by one; those kept and not answered yet; those whose mission is behind."""
    waiting = Need.objects.of(organisation).waiting().filter(status__in=[NeedStatus.SAID, NeedStatus.OPEN])
    for need in waiting[:6]:
        yield Due(
            need.title, to("volunteering:desk_need", organisation, need.pk), urgent=need.urgency == Urgency.URGENT,
            why=_("Besoin à examiner : {urgency}.").format(urgency=need.get_urgency_display())
            if need.status == NeedStatus.SAID
            else _("Besoin retenu, sans mission encore : {urgency}.").format(urgency=need.get_urgency_display()),
        )  # fmt: skip
    for need, has_come in queries.needs_left_behind(organisation, now)[:4]:
        yield Due(
            need.title, to("volunteering:desk_need", organisation, need.pk),
            why=_("Quelqu’un est venu : demandez si cela a aidé.") if has_come else _("Plus aucune date à venir, et personne n’est venu."),
        )  # fmt: skip


def answers(organisation: Organisation, now: datetime) -> Iterator[Due]:
    """People who wait for a yes, shift by shift."""
    asked = (
        SignUp.objects.of(organisation)
        .filter(status=SignUpStatus.ASKED, shift__ends_at__gt=now, shift__cancelled_at=None)
        .values("shift", "shift__mission__title", "shift__starts_at")
        .annotate(people=Count("pk"))
        .order_by("shift__starts_at")
    )
    for row in asked[:5]:
        yield Due(
            ngettext("Répondre à une personne", "Répondre à {count} personnes", row["people"]).format(count=row["people"]),
            to("volunteering:desk_shift", organisation, row["shift"]),
            why=f"{row['shift__mission__title']}, {day(row['shift__starts_at'])}",
            urgent=row["shift__starts_at"] - now < AHEAD,
        )  # fmt: skip


def gaps(organisation: Organisation, now: datetime) -> Iterator[Due]:
    missing = queries.gaps(organisation, now, days=AHEAD.days)
    for shift in [one for one in missing if one.last_call <= now + AHEAD][:5]:
        on = shift.last_on if shift.is_flexible else localdate(shift.starts_at)
        yield Due(
            ngettext("Il manque une personne {when}", "Il manque {count} personnes {when}", shift.places_left).format(
                count=shift.places_left, when=soon(on)
            ),
            to("volunteering:desk_gaps", organisation) + f"#creneau-{shift.pk}",
            why=shift.mission.title if shift.is_flexible else f"{shift.mission.title}, {clock(shift.starts_at)}",
            urgent=shift.taken == 0 and on <= localdate(now) + timedelta(days=1),
        )  # fmt: skip


def drafts(organisation: Organisation, now: datetime) -> Iterator[Due]:
    """A mission somebody began and nobody can see."""
    waiting = Mission.objects.of(organisation).filter(status="draft", made_at__lt=now - timedelta(hours=1))
    for mission in waiting.order_by("-made_at")[:3]:
        yield Due(
            _("Finir et publier « {title} »").format(title=mission.title), to("volunteering:desk_mission", organisation, mission.pk),
            why=_("Personne ne la voit encore."),
        )  # fmt: skip


def presences(organisation: Organisation, now: datetime) -> Iterator[Due]:
    """Who says they were there; who came, day by day: today's first, then what was forgotten."""
    for made in queries.claimed(organisation)[:5]:
        yield Due(
            _("{name} dit avoir été là").format(name=made.contact.name), urgent=True,
            url=to("volunteering:desk_presence", organisation) + f"?jour={queries.ticked_on(made.shift).isoformat()}#inscription-{made.pk}",
            why=f"{made.shift.mission.title}, {day(made.shift.starts_at)}",
        )  # fmt: skip
    by_day: dict[date, int] = {}
    for made in queries.to_tick(organisation, now):
        on = queries.ticked_on(made.shift)
        by_day[on] = by_day.get(on, 0) + 1
    for on, people in sorted(by_day.items(), reverse=True)[:4]:
        is_today = on == localdate(now)
        yield Due(
            ngettext("Noter une présence", "Noter {count} présences", people).format(count=people),
            to("volunteering:desk_presence", organisation) + f"?jour={on.isoformat()}",
            why=_("Aujourd’hui") if is_today else capfirst(day(on)), urgent=is_today,
        )  # fmt: skip


def hours(organisation: Organisation, person: Person, now: datetime) -> Iterator[Due]:
    """What a volunteer said is not right, then what was not counted yet."""
    if wrong := queries.disputed(organisation):
        yield Due(
            ngettext("Revoir les heures d’une personne", "Revoir les heures de {count} présences", len(wrong)).format(count=len(wrong)),
            to("volunteering:desk_hours", organisation), why=_("« Ce n’est pas juste », disent les bénévoles."), urgent=True,
        )  # fmt: skip
    rows = [
        one for one in queries.to_confirm(organisation, now) if one.contact.person_id != person.pk
    ]  # see NotYourOwnHours
    if rows:
        yield Due(
            ngettext("Compter les heures d’une personne", "Compter les heures de {count} présences", len(rows)).format(count=len(rows)),
            to("volunteering:desk_hours", organisation),
            why=_("{hours} en tout.").format(hours=in_hours(sum(one.shift.length_minutes for one in rows))),
        )  # fmt: skip


hooks.today.add(what_waits)


# ── Figures ───────────────────────────────────────────────────────────────────────────────────
def hours_this_year(organisation: Organisation, now: datetime) -> str:
    return in_hours(Hours.objects.of(organisation).in_year(localdate(now).year).get_minutes())


def volunteers_this_year(organisation: Organisation, now: datetime) -> str:
    counted = Hours.objects.of(organisation).in_year(localdate(now).year).standing()
    return str(counted.values("contact").distinct().count())


def missions_open(organisation: Organisation, now: datetime) -> str:
    return str(Mission.objects.of(organisation).open(now).count())


hooks.figures.add(
    hooks.Figure(
        "volunteering.hours",
        gettext_lazy("données cette année"),
        hours_this_year,
        gettext_lazy("Présences notées et heures comptées."),
    )
)
hooks.figures.add(hooks.Figure("volunteering.people", gettext_lazy("bénévoles cette année"), volunteers_this_year))
hooks.figures.add(hooks.Figure("volunteering.missions", gettext_lazy("missions ouvertes"), missions_open))


# ── Why an agreement is asked, and what is handed over ────────────────────────────────────────
hooks.purposes.add(
    hooks.Purpose(
        "spoken_for",
        gettext_lazy(
            "Que l’association dise mon besoin à ma place et cherche des bénévoles pour y répondre, sans me nommer."
        ),
    )
)


def attested(summary: dict[str, Any]) -> str:
    """What the check page says to anybody who holds the code: how much, and of which days."""
    said = in_hours(summary.get("minutes", 0))
    if not summary.get("since"):
        return _("{hours} de bénévolat attestées.").format(hours=said)
    since, until = (in_full(date.fromisoformat(summary[key])) for key in ("since", "until"))
    return _("{hours} de bénévolat attestées, du {since} au {until}.").format(hours=said, since=since, until=until)


hooks.document_kinds.add(
    hooks.DocumentKind("volunteering.attestation", gettext_lazy("Attestation de bénévolat"), told=attested)
)
