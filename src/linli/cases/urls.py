"""Addresses of cases: of residents and the public, and of staff."""

from django.urls import URLPattern, URLResolver

from linli.cases.resident_urls import resident_urls

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [*resident_urls]
