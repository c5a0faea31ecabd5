"""The desk: everything that is the association's, to take away, as CSV and as JSON."""

import json
from collections.abc import Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from maillage.engage.volunteering import exports, facts
from maillage.engage.volunteering.views.desk_frame import may, show
from maillage.kernel.facts.models import Fact
from maillage.kernel.imports.writing import csv_lines
from maillage.kernel.organisations.models import Organisation
from maillage.web.doors import desk
from maillage.web.pages import PersonRequest


@desk("export_all")
@require_GET
def desk_exports(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Every table, and the last times something was taken: by whom, what, when."""
    taken = Fact.objects.filter(kind=facts.exported.name, organisation=organisation).select_related("by")
    return show(
        request, "exports.html",
        {
            "tables": [(one, one.rows_of(organisation).count()) for one in open_to(request)],
            "taken": taken.order_by("-at")[:20],
        },
    )  # fmt: skip


def open_to(request: PersonRequest) -> list[exports.Table]:
    """Every table, but for those that tell who is helped to somebody who may not see it."""
    return [one for one in exports.TABLES if may(request, "see_helped") or not one.tells_who_is_helped]


@desk("export_all")
@require_GET
def desk_export(request: PersonRequest, file: str, organisation: Organisation) -> HttpResponseBase:
    """`heures.csv`, `heures.json`… or `tout.json`; sent as it is read, so its size does not matter."""
    name, _dot, kind = file.partition(".")
    tables = [one for one in open_to(request) if name in (one.name, "tout")]
    if not tables or kind not in {"csv", "json"} or (name == "tout" and kind == "csv"):
        raise Http404
    facts.exported.record(about=organisation, by=request.user, organisation=organisation, at=timezone.now(), what=file)
    helped = may(request, "see_helped")
    lines = (
        csv_lines(tables[0].header, tables[0].lines(organisation, sees_helped=helped))
        if kind == "csv" else as_json(tables, organisation, sees_helped=helped)
    )  # fmt: skip
    response = StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8" if kind == "csv" else "application/json; charset=utf-8"
    )
    response["Content-Disposition"] = (
        f'attachment; filename="{organisation.slug}-{name}-{localdate().isoformat()}.{kind}"'
    )
    response["Cache-Control"] = "private, no-store"
    return response


def as_json(tables: list[exports.Table], organisation: Organisation, *, sees_helped: bool) -> Iterator[str]:
    """One object, a list for each table, a line for each row."""
    yield "{\n" + f'"organisation": {json.dumps(organisation.name, ensure_ascii=False)}'
    for table in tables:
        yield f',\n"{table.name}": [\n'
        before = ""
        for line in table.lines(organisation, sees_helped=sees_helped):
            row = dict(zip((str(one) for one in table.header), line, strict=True))
            yield before + json.dumps(row, ensure_ascii=False)
            before = ",\n"
        yield "\n]"
    yield "\n}\n"
