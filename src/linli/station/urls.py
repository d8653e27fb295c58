from django.urls import URLPattern, path

from linli.station import views

app_name = "station"
urlpatterns: list[URLPattern] = [
    path("", views.calls, name="calls"),
    path("<int:pk>/leave/", views.back, name="leave"),
]
