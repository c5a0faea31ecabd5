"""The desk: the year in pictures, each with its table."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.engage.volunteering import statistics
from maillage.engage.volunteering.views.desk_frame import show
from maillage.engage.volunteering.views.desk_hours import year_of, years
from maillage.kernel.organisations.models import Organisation
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest


@desk("see_desk")
@require_GET
def desk_statistics(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Figures without a single name: everybody on the team may read them."""
    year = year_of(request)
    return show(
        request, "statistics.html",
        {"told": statistics.of_year(organisation, year, now=timezone.now()), "year": year, "years": years(organisation)},
    )  # fmt: skip
