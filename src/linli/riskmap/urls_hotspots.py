"""Addresses of hotspots, charts and hazard levels, and of what everybody may read of them."""

from django.urls import URLPattern, path

from linli.riskmap import views_hazards as hazards
from linli.riskmap import views_hotspots as hotspots

urlpatterns: list[URLPattern] = [
    path("", hotspots.hotspots, name="hotspots"),
    path("ask/", hotspots.ask_hotspots, name="ask_hotspots"),
    path("findings/<int:pk>/", hotspots.hotspot, name="hotspot"),
    path("answers/<int:pk>/marks.geojson", hotspots.marks, name="hotspot_marks"),
    path("answers/<int:pk>/areas.geojson", hotspots.areas, name="hotspot_areas"),
    path("answers/<int:pk>/surface.geojson", hotspots.surface, name="hotspot_surface"),
    path("charts/", hotspots.charts, name="charts"),
    path("charts/one/", hotspots.chart, name="chart"),
    path("charts/ask/", hotspots.ask_chart, name="ask_chart"),
    path("hazards/", hazards.hazards, name="hazards"),
    path("hazards/ask/", hazards.ask_hazards, name="ask_hazards"),
    path("hazards/<slug:source>/<slug:code>/", hazards.weight, name="hazard_weight"),
    path("public/", hazards.public_hotspots, name="public_hotspots"),
    path("public/areas.geojson", hazards.public_areas, name="public_areas"),
]
