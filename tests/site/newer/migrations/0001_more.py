from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [migrations.CreateModel("Added", [("id", models.BigAutoField(primary_key=True))])]
