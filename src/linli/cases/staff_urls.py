"""Addresses of staff."""

from django.urls import path

from linli.cases.views import bulk, case, classes, desk, grid, moves, phone, preview, shift

staff_urls = [
    path("desk/", desk.desk, name="desk"),
    path("desk/dispatch/", bulk.bulk_dispatch, name="bulk_dispatch"),
    path("desk/answer/", bulk.bulk_answer, name="bulk_answer"),
    path("desk/handover/", shift.handover, name="handover"),
    path("desk/handover/<int:pk>/", shift.handed_over, name="handed_over"),
    path("desk/phone/", phone.phone, name="phone"),
    path("desk/preview/<str:number>/", preview.preview, name="preview"),
    path("cases/all/", desk.all_cases, name="all"),
    path("grid/", grid.grid, name="grid"),
    path("grid/report/", grid.report, name="grid_report"),
    path("admin/classes/", classes.class_list, name="classes"),
    path("admin/classes/<slug:code>/", classes.edit_class, name="edit_class"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/point.geojson", case.point, name="point"),
    path("case/<str:number>/contact/", case.contact, name="contact"),
    path("case/<str:number>/note/", case.note, name="note"),
    path("case/<str:number>/release/", case.release, name="release"),
    path("case/<str:number>/promise/", shift.make_promise, name="promise"),
    path("case/<str:number>/promise/<int:pk>/kept/", shift.promise_kept, name="promise_kept"),
    path("case/<str:number>/<slug:name>/", moves.move, name="move"),
]
