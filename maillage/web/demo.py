"""Requests that wait for the technical team of the demo territory: one document to read, one letter to post."""

from datetime import datetime, timedelta

from django.db import transaction

from maillage.kernel.documents.actions import make_pdf
from maillage.kernel.files import actions as files
from maillage.kernel.organisations import claims
from maillage.kernel.organisations.demo import CLAIMS, person
from maillage.kernel.organisations.models import Claim, ClaimProof, RegisterEntry

SPECIMEN = "organisations/documents/demo_receipt.typ"


@transaction.atomic
def fill(now: datetime) -> None:
    """Run again, it changes nothing, whatever was answered since."""
    for number, key, role, proof, days in CLAIMS:
        entry, by, at = RegisterEntry.objects.get(number=number), person(key), now - timedelta(days=days)
        if Claim.objects.filter(entry=entry, person=by).exists():
            continue
        document = None
        if proof == ClaimProof.DOCUMENT:
            content = make_pdf(
                SPECIMEN, {"association": claims.readable(entry.title), "number": number, "person": by.name}
            )
            document = files.keep(content=content, name="recepisse.pdf", owner_person=by, now=at)
        claims.claim(entry=entry, person=by, role=role, proof=proof, document=document, now=at)
