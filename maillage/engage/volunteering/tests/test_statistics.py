"""The year in figures equals a plain recount, its pictures say the same as their tables, and nobody is named."""

import random
import re
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import localtime

from maillage.engage.volunteering import actions, charts, statistics
from maillage.engage.volunteering.models import Hours, Outcome, Shift, Side, SignUp
from maillage.engage.volunteering.tests import factories
from maillage.engage.volunteering.tests.at_the_desk import enter, holding, leader, words_of
from maillage.engage.volunteering.tests.factories import NOW
from maillage.kernel.organisations.models import Organisation, RoleKind

pytestmark = pytest.mark.django_db
BEGAN = NOW - timedelta(days=800)


@pytest.fixture
def lived() -> Organisation:
    """Two years of an association, drawn by a fixed chance: people, absences, corrections, answers."""
    here, chance = factories.organisation("Les Voisins"), random.Random(7)
    bruno = factories.leader_of(here)
    people = [factories.person(f"Personne {n}") for n in range(6)]
    missions = [factories.mission(here, now=BEGAN, title=f"Mission {n}") for n in range(3)]
    for n in range(24):
        starts_at = NOW - timedelta(days=700 - 31 * n, hours=n % 5)
        shift = factories.shift(
            chance.choice(missions), starts_at=starts_at, minutes=chance.choice([60, 90, 135]), capacity=5, now=BEGAN
        )
        for who in chance.sample(people, k=chance.randint(1, 4)):
            made = factories.sign_up(shift, who, now=BEGAN)
            if starts_at > NOW:
                continue
            made = actions.tick(
                sign_up=made, presence=chance.choice(["came", "came", "came", "absent"]), by=bruno, now=NOW
            )
            if made.presence != "came":
                continue
            hours = actions.confirm_hours(sign_up=made, by=bruno, now=NOW)
            if chance.random() < 0.2:
                actions.reverse_hours(hours=hours, reason="other", by=bruno, now=NOW)
                if chance.random() < 0.5:
                    actions.confirm_hours(sign_up=made, minutes=30, by=bruno, now=NOW)
            if chance.random() < 0.5:
                actions.tell_outcome(
                    mission=shift.mission, side=Side.HELPER, sign_up=made, answer=chance.choice(["yes", "partly", "no"]),
                    by=who, now=min(NOW, shift.ends_at),
                )  # fmt: skip
    elsewhere = factories.organisation("Ailleurs")
    factories.counted(factories.sign_up(factories.first_shift(factories.mission(elsewhere))))
    return here


def year_of(moment: datetime) -> int:
    return localtime(moment).year


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_figures_of_a_year_are_those_of_a_plain_recount(lived: Organisation, year: int) -> None:
    told = statistics.of_year(lived, year, now=NOW)
    every = list(Hours.objects.of(lived))
    taken_back = {row.reverses_id for row in every}
    standing = [row for row in every if row.reverses_id is None and row.pk not in taken_back]
    of_year = [row for row in standing if row.on.year == year]
    people = {row.contact_id for row in of_year}
    before = {row.contact_id for row in standing if row.on.year < year}
    assert (
        told.minutes == sum(row.minutes for row in of_year) == sum(row.minutes for row in every if row.on.year == year)
    )
    assert (told.people, told.times) == (len(people), len(of_year))
    assert (told.new, told.faithful) == (len(people - before), len(people & before))
    assert abs(told.value_cents - told.minutes * lived.hour_value_cents / 60) <= 0.5
    shifts = [one for one in Shift.objects.of(lived) if year_of(one.starts_at) == year and one.starts_at <= NOW]
    assert (told.places, told.taken) == (sum(one.capacity for one in shifts), sum(one.taken for one in shifts))
    ticks = [
        one
        for one in SignUp.objects.of(lived).select_related("shift")
        if one.presence and year_of(one.shift.starts_at) == year
    ]
    assert (told.ticked, told.came) == (len(ticks), sum(one.presence == "came" for one in ticks))
    answers = [one.answer for one in Outcome.objects.of(lived) if year_of(one.told_at) == year]
    assert (told.answers, told.helped) == (len(answers), sum(answer != "no" for answer in answers))
    assert sum(bar.told.value for bar in told.by_month.bars) == told.minutes
    assert sum(bar.told.value for bar in told.by_mission.bars) == told.minutes
    assert {bar.told.label: bar.told.value for bar in told.by_year.bars} == {
        str(one): sum(row.minutes for row in standing if row.on.year == one) for one in sorted({row.on.year for row in every})
    }  # fmt: skip


def test_the_recount_is_of_something(lived: Organisation) -> None:
    told = statistics.of_year(lived, 2026, now=NOW)
    assert told.minutes and told.new < told.people and told.came < told.ticked and told.helped < told.answers
    assert Hours.objects.of(lived).exclude(reverses=None).exists()


def test_each_picture_says_the_same_as_the_table_under_it(lived: Organisation) -> None:
    page = leader(lived).get(f"/gerer/{lived.slug}/statistiques/?annee=2026")
    html = page.content.decode()
    told = statistics.of_year(lived, 2026, now=NOW)
    assert html.count('<svg viewBox="0 0 340') == html.count('<figure class="chart') == 5
    for chart in (told.by_month, told.by_mission, told.who, told.outcomes, told.by_year):
        figure = re.search(rf'<figure[^>]*"{chart.name}-title".*?</figure>', html, re.DOTALL)
        assert figure and figure[0].count("<rect") == figure[0].count("<tr>") - 1 == len(chart.bars)
        for bar in chart.bars:
            if bar.told.value:
                assert bar.told.words.replace("\u202f", " ") in figure[0].replace("\u202f", " ")
    assert "style=" not in html.partition("<main")[2].partition("</main>")[0]


def test_the_value_of_time_is_rounded_as_money_is() -> None:
    here = factories.organisation(hour_value_cents=1201)
    factories.counted(factories.sign_up(factories.first_shift(factories.mission(here))), minutes=90)
    [told] = [one for year in (2025, 2026) if (one := statistics.of_year(here, year, now=NOW)).minutes]
    assert (told.minutes, told.value_cents) == (90, 1802)  # 1801,5 cents


def test_bars_are_as_long_as_what_they_tell_and_stay_in_the_picture() -> None:
    told = [charts.Told(str(n), value, str(value)) for n, value in enumerate([0, 1, 50, 100])]
    tall = charts.columns("a", "A", told, first="", second="")
    long = charts.lines("b", "B", told, first="", second="")
    assert [bar.height for bar in tall.bars] == [0, 1.3, 65, charts.PLOT]
    assert [bar.width for bar in long.bars] == [0, 3.4, 170, charts.WIDTH]
    for chart in (tall, long):
        assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
        assert all(bar.y >= 0 and bar.y + bar.height <= chart.height for bar in chart.bars)
    assert charts.columns("c", "C", [], first="", second="").is_empty


def test_nobody_is_named(lived: Organisation) -> None:
    html = leader(lived).get(f"/gerer/{lived.slug}/statistiques/?annee=2026").content.decode()
    assert "Personne 1" not in html and "Mission 1" in html


def test_a_year_of_nothing_says_what_to_do() -> None:
    here = factories.organisation()
    assert "les images se font tout seuls" in words_of(leader(here).get(f"/gerer/{here.slug}/statistiques/?annee=2020"))


def test_the_whole_team_reads_them_and_a_stranger_does_not(lived: Organisation) -> None:
    address = f"/gerer/{lived.slug}/statistiques/"
    for kind in RoleKind:
        assert holding(kind, lived).get(address).status_code == 200
    assert enter(factories.person("Claire D.")).get(address).status_code == 404
