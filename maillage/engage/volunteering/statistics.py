"""An association's year in figures and pictures, without a name."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.engage.volunteering import charts, queries
from maillage.engage.volunteering.charts import Chart, Told
from maillage.engage.volunteering.models import Answer, Hours, Presence, Shift, SignUp
from maillage.kernel import money
from maillage.kernel.organisations.models import Organisation
from maillage.web.templatetags.web import hours as in_hours

MISSIONS_DRAWN = 8


@dataclass(frozen=True)
class Year:
    """`minutes` given by `people`, of whom `new` gave for the first time ever; worth `value_cents`."""

    minutes: int
    people: int
    times: int
    new: int
    faithful: int
    value_cents: int
    hour_value_cents: int
    places: int
    taken: int
    ticked: int
    came: int
    answers: int
    helped: int
    by_month: Chart
    by_mission: Chart
    who: Chart
    outcomes: Chart
    by_year: Chart

    @property
    def value_round_cents(self) -> int:
        """Whole euros: a value told to the cent would be a promise that nobody can keep."""
        return round(self.value_cents / 100) * 100

    @property
    def filled_percent(self) -> int:
        return round(100 * self.taken / self.places) if self.places else 0

    @property
    def helped_percent(self) -> int:
        return round(100 * self.helped / self.answers) if self.answers else 0

    @property
    def is_empty(self) -> bool:
        return not (self.minutes or self.places or self.ticked or self.answers)

    @property
    def came_percent(self) -> int:
        return round(100 * self.came / self.ticked) if self.ticked else 0


def of_year(organisation: Organisation, year: int, *, now: datetime) -> Year:
    """Places are those of shifts that have begun: what is to come may still fill."""
    counted = Hours.objects.of(organisation).in_year(year).standing()
    people = set(counted.values_list("contact", flat=True))
    new = first_given(organisation, year) & people
    months = queries.minutes_by_month(organisation, year)
    minutes = sum(months)
    shifts = Shift.objects.of(organisation).standing().filter(
        starts_at__year=year, starts_at__lte=now, mission__status__in=["published", "closed"]
    ).aggregate(places=Sum("capacity"), taken=Sum("taken"))  # fmt: skip
    ticks = dict(
        SignUp.objects.of(organisation)
        .filter(shift__starts_at__year=year)
        .exclude(presence=Presence.UNKNOWN)
        .values_list("presence")
        .annotate(times=Count("pk"))
    )
    answers = queries.outcomes_told(organisation, year)
    return Year(
        minutes=minutes, people=len(people), times=counted.count(), new=len(new), faithful=len(people - new),
        value_cents=money.value_of(minutes, organisation.hour_value_cents), hour_value_cents=organisation.hour_value_cents,
        places=shifts["places"] or 0, taken=shifts["taken"] or 0,
        ticked=sum(ticks.values()), came=ticks.get(Presence.CAME, 0),
        answers=sum(answers.values()), helped=answers.get(Answer.YES, 0) + answers.get(Answer.PARTLY, 0),
        by_month=month_by_month(year, months),
        by_mission=mission_by_mission(organisation, year),
        who=charts.lines(
            "who", _("Qui a donné du temps"),
            [
                Told(_("Pour la première fois"), len(new), persons(len(new)), thread="coral"),
                Told(_("Déjà venus une autre année"), len(people - new), persons(len(people - new)), thread="moss"),
            ],
            first=_("Bénévoles"), second=_("Combien"), nothing=_("Personne encore : cela vient avec les heures comptées."),
        ),
        outcomes=charts.lines(
            "outcomes", _("Est-ce que cela a aidé ?"),
            [
                Told(str(Answer(code).label), answers.get(code, 0), told(answers.get(code, 0)), thread=thread)
                for code, thread in ((Answer.YES, "moss"), (Answer.PARTLY, "ochre"), (Answer.NO, "coral"))
            ],
            first=_("Réponse"), second=_("Combien"), nothing=_("Personne n’a encore répondu. La question est posée après chaque mission."),
        ),
        by_year=year_by_year(organisation),
    )  # fmt: skip


def first_given(organisation: Organisation, year: int) -> set[int]:
    """Those whose first hours ever, of those that stand, are of this year."""
    firsts = (
        Hours.objects.of(organisation)
        .standing()
        .values("contact")
        .annotate(first_on=Min("on"))
        .filter(first_on__year=year)
    )
    return {row["contact"] for row in firsts}


def month_by_month(year: int, months: list[int]) -> Chart:
    told_ = []
    for n, minutes in enumerate(months):
        name = date_format(date(year, n + 1, 1), "F")
        told_.append(Told(name, minutes, in_hours(minutes), short=name[0].upper(), mark=whole_hours(minutes)))
    return charts.columns(
        "months", _("Heures données, mois par mois"), told_, first=_("Mois"), second=_("Durée"),
        nothing=_("Pas encore d’heures cette année-là."),
    )  # fmt: skip


def mission_by_mission(organisation: Organisation, year: int) -> Chart:
    rows = queries.minutes_by_mission(organisation, year)
    told_ = [
        Told(
            row["title"],
            row["minutes"],
            in_hours(row["minutes"]),
            short=charts.shortened(row["title"], 32),
            thread="moss",
        )
        for row in rows[:MISSIONS_DRAWN]
    ]
    if rest := sum(row["minutes"] for row in rows[MISSIONS_DRAWN:]):
        told_.append(Told(_("Toutes les autres missions"), rest, in_hours(rest), thread="ochre"))
    return charts.lines(
        "missions", _("Heures données, mission par mission"), told_, first=_("Mission"), second=_("Durée"),
        nothing=_("Pas encore d’heures cette année-là."),
    )  # fmt: skip


def year_by_year(organisation: Organisation) -> Chart:
    rows = sorted(queries.minutes_by_year(organisation).items())[-10:]
    return charts.columns(
        "years", _("Heures données, année après année"),
        [Told(str(year), minutes, in_hours(minutes), short=str(year), mark=whole_hours(minutes)) for year, minutes in rows],
        first=_("Année"), second=_("Durée"),
    )  # fmt: skip


def whole_hours(minutes: int) -> str:
    """« 12 h » on a column where « 11 h 45 » does not fit; the table says it exactly."""
    return f"{round(minutes / 60)}" if minutes >= 30 else "<1"


def persons(count: int) -> str:
    return ngettext("une personne", "{count} personnes", count).format(count=count)


def told(count: int) -> str:
    return ngettext("une réponse", "{count} réponses", count).format(count=count)
