"""Addresses of the cameras on the risk map: of staff, of findings, of everybody, and of files."""

from django.urls import URLPattern, path

from linli.riskmap import views_cameras as staff
from linli.riskmap import views_findings as findings
from linli.riskmap import views_import as files
from linli.riskmap import views_public as everybody

urlpatterns: list[URLPattern] = [
    path("", staff.risk_map, name="map"),
    path("layers/<slug:name>.geojson", staff.layer, name="layer"),
    path("surroundings.geojson", staff.surroundings, name="surroundings"),
    path("cameras/<slug:code>/", staff.camera, name="camera"),
    path("cameras/<slug:code>/describe/", staff.describe, name="describe"),
    path("cameras/<slug:code>/preview/", staff.preview, name="preview"),
    path("cameras/<slug:code>/papers/", staff.papers, name="papers"),
    path("cameras/<slug:code>/sheet/", staff.sheet, name="sheet"),
    path("findings/", findings.findings, name="findings"),
    path("findings/check/", findings.check_now, name="check_now"),
    path("findings/<int:pk>/case/", findings.make_case, name="make_case"),
    path("thresholds/<slug:name>/", findings.threshold, name="threshold"),
    path("import/", files.import_file, name="import_file"),
    path("import/<uuid:token>/<slug:what>/", files.preview, name="import_preview"),
    path("public/", everybody.cameras, name="public"),
    path("public/map.geojson", everybody.points, name="public_points"),
    path("public/<slug:code>/", everybody.camera, name="public_camera"),
]
