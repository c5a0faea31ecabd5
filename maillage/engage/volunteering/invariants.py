"""What constraints cannot say: evidence stays, and every row points to its own association's rows."""

from maillage.engage.volunteering.models import Hours, Mission, Need, Outcome, Signature, SignUp
from maillage.kernel.invariants import append_only, same_organisation, triggers

triggers.add(append_only(Hours))
triggers.add(append_only(Signature))
triggers.add(same_organisation(Need, "helped"))
triggers.add(same_organisation(Mission, "need"))
triggers.add(same_organisation(SignUp, "contact", path=("shift", "mission")))
triggers.add(same_organisation(Hours, "contact"))
triggers.add(same_organisation(Outcome, "mission"))
triggers.add(same_organisation(Outcome, "need"))
