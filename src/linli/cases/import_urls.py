"""Addresses of taking in messages."""

from django.urls import path

from linli.cases.views import imports

import_urls = [
    path("import/", imports.runs, name="import"),
    path("import/new/", imports.upload, name="import_new"),
    path("import/<int:pk>/", imports.run, name="import_run"),
    path("import/<int:pk>/mapping/", imports.mapping, name="import_mapping"),
    path("import/<int:pk>/bad-rows.csv", imports.bad_file, name="import_bad"),
    path("import/<int:pk>/go-on/", imports.go_on, name="import_go_on"),
    path("import/<int:pk>/discard/", imports.discard, name="import_discard"),
]
