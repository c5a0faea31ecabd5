"""Communes, and whatever has a place."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel.places import cells, words, zones


class Precision(models.TextChoices):
    """How far the point of a commune may be from its true centre."""

    OFFICIAL = "official", _("point officiel")
    TOWN = "town", _("lieu du même nom, à environ un kilomètre près")
    POSTCODE = "postcode", _("communes du même code postal, à quelques kilomètres près")
    AREA = "area", _("communes voisines, à une quinzaine de kilomètres près")


class Commune(models.Model):
    """A commune of today, or an arrondissement of Paris, Lyon or Marseille (`part_of` then names its commune). Public.

    `search_text` and `cell` are made from the rest when the row is saved; `actions.import_communes` writes them too.
    """

    insee = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    postcodes = models.JSONField(_("codes postaux"), default=list)  # text: « 01000 » keeps its zero
    department_code = models.CharField(_("département"), max_length=3, blank=True)
    department_name = models.CharField(_("nom du département"), max_length=40, blank=True)
    region_name = models.CharField(_("région"), max_length=40, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    latitude = models.FloatField()
    longitude = models.FloatField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.OFFICIAL)
    part_of = models.CharField(max_length=5, blank=True)
    cell = models.BigIntegerField(editable=False, db_index=True)
    search_text = models.CharField(max_length=400, editable=False)

    class Meta:
        verbose_name = _("commune")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_commune_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_in()
        super().save(*args, **kwargs)

    def fill_in(self) -> None:
        """Make what follows from the rest."""
        self.cell = cells.cell_of(self.latitude, self.longitude)
        self.search_text = words.line(self.name, self.insee, self.postcodes, self.department_name, self.region_name)

    @property
    def zone(self) -> ZoneInfo:
        """The hour that its clocks show."""
        return zones.zone_of(self.insee)

    @property
    def label(self) -> str:
        """« Rennes (35) »."""
        return f"{self.name} ({self.department_code})" if self.department_code else self.name


class Placed(models.Model):
    """Has a place, or none yet. `cell` is H3 at resolution 8: see `near` for the index it wants."""

    cell = models.BigIntegerField(null=True, blank=True, editable=False)
    latitude = models.FloatField(null=True, blank=True, editable=False)
    longitude = models.FloatField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def place_at(self, latitude: float, longitude: float) -> None:
        """Put it at a point, in degrees. The caller saves."""
        self.latitude, self.longitude = latitude, longitude
        self.cell = cells.cell_of(latitude, longitude)

    def place_nowhere(self) -> None:
        """Take its place away. The caller saves."""
        self.latitude = self.longitude = self.cell = None
