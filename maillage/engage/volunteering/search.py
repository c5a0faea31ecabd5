"""Missions by words: what their pages say, and the name of their association."""

from maillage.engage.volunteering.models import Mission
from maillage.kernel.search import TextIndex

missions = TextIndex("missions")


def write(mission: Mission) -> None:
    """Keep the index true: a published mission is found by its words, another is not."""
    if not mission.is_published:
        missions.remove([mission.pk])
        return
    said = [
        mission.title, mission.get_domain_display(), mission.organisation.name, mission.skill, mission.what, mission.why,
        mission.area, mission.commune.name if mission.commune else "",
    ]  # fmt: skip
    missions.put([(mission.pk, " ".join(said))])
