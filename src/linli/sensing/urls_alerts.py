"""Addresses of the duty phone and of alerts."""

from django.urls import URLPattern, path

from linli.sensing import views_alerts as views

urlpatterns: list[URLPattern] = [
    path("phone/", views.phone, name="phone"),
    path("phone/<int:pk>/go/", views.go, name="go"),
    path("phone/<int:pk>/there/", views.there, name="there"),
    path("phone/<int:pk>/judge/", views.judge, name="judge"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/<int:pk>/", views.alert, name="alert"),
]
