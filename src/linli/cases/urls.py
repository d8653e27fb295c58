"""Addresses of cases: of residents and the public, and of staff."""

from django.urls import URLPattern, URLResolver

from linli.cases.import_urls import import_urls
from linli.cases.resident_urls import resident_urls
from linli.cases.staff_urls import staff_urls

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [*staff_urls, *import_urls, *resident_urls]
