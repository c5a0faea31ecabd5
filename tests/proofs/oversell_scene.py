"""Set the scene of the oversell proof, or count afterwards."""

import json

from tests.proofs.stage import told


def main() -> None:
    words = told()
    from django.db import connection, models

    from maillage.engage.volunteering.models import HOLDS_A_PLACE, Shift
    from tests.proofs import scene

    if words["what"] == "set":
        scene.shifts(count=words["count"], capacity=words["capacity"])
        if words["sabotaged"] and connection.vendor == "postgresql":
            connection.cursor().execute("ALTER TABLE volunteering_shift DROP CONSTRAINT a_shift_is_never_oversold")
        print("{}")
        return
    over = wrong = places = held = 0
    for shift in Shift.objects.annotate(
        holding=models.Count("sign_ups", filter=models.Q(sign_ups__status__in=HOLDS_A_PLACE))
    ):
        over += max(0, shift.holding - shift.capacity)
        wrong += shift.holding != shift.taken
        places += shift.capacity
        held += shift.holding
    print(json.dumps({"oversold": over, "miscounted": wrong, "places": places, "held": held}))


main()
