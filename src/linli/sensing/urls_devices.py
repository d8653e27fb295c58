"""Addresses of the device register: of staff, of everybody, and of what devices observed."""

from django.urls import URLPattern, path

from linli.sensing import views_care as care
from linli.sensing import views_devices as staff
from linli.sensing import views_files as files
from linli.sensing import views_history as courses
from linli.sensing import views_register as register

urlpatterns: list[URLPattern] = [
    path("devices/", staff.devices, name="devices"),
    path("devices/new/", staff.new, name="new_device"),
    path("devices/export.csv", files.export, name="export_devices"),
    path("devices/import/", files.import_file, name="import_devices"),
    path("devices/import/<uuid:token>/", files.preview, name="import_preview"),
    path("devices/labels/", register.labels, name="labels"),
    path("devices/public/", register.register, name="public_devices"),
    path("devices/public/map.geojson", register.register_map, name="public_map"),
    path("d/<slug:code>/", register.public_device, name="public_device"),
    path("d/<slug:code>/map.geojson", register.public_point, name="public_point"),
    path("d/<slug:code>/object/", register.object_to, name="object"),
    path("devices/<slug:code>/", staff.device, name="device"),
    path("devices/<slug:code>/change/", staff.change, name="change_device"),
    path("devices/<slug:code>/move/", staff.move, name="move_device"),
    path("devices/<slug:code>/check/", staff.check, name="check_device"),
    path("devices/<slug:code>/take-down/", staff.remove, name="remove_device"),
    path("devices/<slug:code>/map.geojson", staff.geojson, name="device_point"),
    path("devices/<slug:code>/care/", care.on_paper, name="care_consent"),
    path("my-data/care/", care.mine, name="my_care"),
    path("my-data/care/<slug:code>/", care.ask_for, name="ask_care"),
    path("devices/<slug:code>/keys/", staff.new_key, name="new_key"),
    path("devices/<slug:code>/keys/<int:pk>/end/", staff.end_key, name="end_key"),
    path("devices/<slug:code>/<slug:name>/", courses.course, name="history"),
    path("devices/<slug:code>/<slug:name>/data.csv", courses.course_csv, name="history_csv"),
]
