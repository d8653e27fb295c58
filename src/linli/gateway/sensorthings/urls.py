from django.urls import path

from linli.gateway.sensorthings import views

app_name = "sensorthings"
urlpatterns = [
    path("v1.1", views.root),
    path("v1.1/", views.root, name="root"),
    path("v1.1/<path:address>", views.below, name="below"),
]
