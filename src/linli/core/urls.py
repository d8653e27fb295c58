from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from linli.core import kit, preferences

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="language"),
    path("care/", preferences.care, name="care"),
    path("kit/", kit.kit, name="kit"),
    path("kit/places.geojson", kit.places, name="kit_places"),
    path("kit/cases.geojson", kit.cases, name="kit_cases"),
    path("kit/problem/<int:status>/", kit.problem, name="kit_problem"),
    path("kit/<slug:name>/", kit.piece, name="kit_piece"),
]
