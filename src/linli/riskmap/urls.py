from django.urls import include, path

app_name = "riskmap"
urlpatterns = [
    path("", include("linli.riskmap.urls_cameras")),
    path("plans/", include("linli.riskmap.urls_plans")),
    path("hotspots/", include("linli.riskmap.urls_hotspots")),
]
