"""Addresses of staff."""

from django.urls import path

from linli.cases.views import case, classes, desk, grid, guest, moves

staff_urls = [
    path("desk/", desk.desk, name="desk"),
    path("cases/all/", desk.all_cases, name="all"),
    path("grievances/", desk.long_standing, name="grievances"),
    path("grid/", grid.grid, name="grid"),
    path("grid/report/", grid.report, name="grid_report"),
    path("admin/classes/", classes.class_list, name="classes"),
    path("admin/classes/<slug:code>/", classes.edit_class, name="edit_class"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/point.geojson", case.point, name="point"),
    path("case/<str:number>/contact/", case.contact, name="contact"),
    path("case/<str:number>/note/", case.note, name="note"),
    path("case/<str:number>/release/", case.release, name="release"),
    path("case/<str:number>/link/<uuid:action>/", guest.link, name="guest_link"),
    path("case/<str:number>/<slug:name>/", moves.move, name="move"),
]
