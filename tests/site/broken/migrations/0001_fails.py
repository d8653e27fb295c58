from django.db import migrations


def fail(apps, schema_editor):
    raise ValueError("this row cannot be moved")


class Migration(migrations.Migration):
    dependencies = [("newer", "0001_more")]
    operations = [migrations.RunPython(fail)]
