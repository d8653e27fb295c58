"""Addresses of the one screen."""

from django.urls import URLPattern, path

from linli.insight import views_screen as views

app_name = "screen"
urlpatterns: list[URLPattern] = [
    path("", views.screen, name="screen"),
    path("now.json", views.now, name="now"),
    path("live", views.live, name="live"),
    path("ground.geojson", views.ground, name="ground"),
    path("public/", views.public_screen, name="public"),
    path("list/<slug:figure>/", views.listed, name="list"),
]
