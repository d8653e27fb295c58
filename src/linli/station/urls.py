from django.urls import URLPattern

app_name = "station"
urlpatterns: list[URLPattern] = []
