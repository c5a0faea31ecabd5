from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RemoveConstraint(model_name="person", name="one_person_per_phone")]
