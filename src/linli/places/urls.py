from django.urls import path

from linli.places import edit_views, views
from linli.places import names_views as names

app_name = "places"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("map.geojson", views.map_geojson, name="map"),
    path("choose/", views.choose, name="choose"),
    path("import/", views.import_file, name="import"),
    path("import/<uuid:token>/", views.preview, name="preview"),
    path("import/<uuid:token>/report.csv", views.report, name="report"),
    path("export.geojson", views.export, name="export"),
    path("<slug:path>/", views.place, name="place"),
    path("<slug:path>/new/", edit_views.new, name="new"),
    path("<slug:path>/change/", edit_views.edit, name="edit"),
    path("<slug:path>/close/", edit_views.close, name="close"),
    path("<slug:path>/mark.geojson", views.mark, name="mark"),
    path("<slug:path>/names/", names.names, name="names"),
    path("<slug:path>/names/<int:alias>/remove/", names.remove, name="remove_name"),
]
