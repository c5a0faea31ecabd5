"""An attestation as a file, for the desk that delivered it and for whom it is about."""

from django.http import Http404, HttpResponse

from maillage.kernel.documents import actions as documents
from maillage.kernel.documents.models import Issued
from maillage.kernel.files.actions import FileIsDamaged


def paper(issued: Issued) -> HttpResponse:
    """The very bytes that were handed over; 404 when they were erased or no longer are what they were."""
    try:
        content = documents.read(issued)
    except FileIsDamaged as no:
        raise Http404 from no
    return HttpResponse(
        content, content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="attestation-{issued.code}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )  # fmt: skip
