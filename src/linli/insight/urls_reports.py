from django.urls import path

from linli.insight import views_open_data
from linli.insight import views_reports as views

app_name = "reports"
urlpatterns = [
    path("", views.office, name="office"),
    path("new/", views.new, name="new"),
    path("<int:year>-<int:month>/", views.report, name="report"),
    path("<int:year>-<int:month>/<int:version>/", views.report, name="version"),
    path("<int:year>-<int:month>/<int:version>/<slug:language>.<slug:kind>", views.file, name="file"),
    path("public/", views.public_list, name="public"),
    path("public/<int:year>-<int:month>/", views.public_report, name="public_report"),
    path("public/<int:year>-<int:month>/<int:version>/", views.public_report, name="public_version"),
    path(
        "public/<int:year>-<int:month>/<int:version>/<slug:language>.<slug:kind>", views.public_file, name="public_file"
    ),
    path("open-data/", views_open_data.open_data, name="open_data"),
    path("open-data/<slug:name>.<slug:ending>", views_open_data.download, name="download"),
]
