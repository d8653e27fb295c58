"""Addresses of staff."""

from django.urls import path

from linli.cases.views import answers, case, classes, desk, grid, guest, moves, routing

staff_urls = [
    path("desk/", desk.desk, name="desk"),
    path("cases/all/", desk.all_cases, name="all"),
    path("grievances/", desk.long_standing, name="grievances"),
    path("grid/", grid.grid, name="grid"),
    path("grid/report/", grid.report, name="grid_report"),
    path("admin/classes/", classes.class_list, name="classes"),
    path("admin/classes/new/", classes.new_class, name="new_class"),
    path("admin/classes/<slug:code>/", classes.edit_class, name="edit_class"),
    path("admin/classes/<slug:code>/retire/", classes.retire, name="retire_class"),
    path("admin/answers/", answers.answers, name="answers"),
    path("admin/answers/export.csv", answers.export, name="answers_export"),
    path("admin/answers/take/", answers.take, name="answers_take"),
    path("admin/answers/<slug:code>/<slug:path>/", answers.one_answer, name="answer"),
    path("admin/answers/<slug:code>/<slug:path>/<int:pk>/end/", answers.end, name="answer_end"),
    path("admin/routing/", routing.rules, name="rules"),
    path("admin/routing/new/", routing.new_rule, name="new_rule"),
    path("admin/routing/<slug:code>/", routing.edit_rule, name="edit_rule"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/point.geojson", case.point, name="point"),
    path("case/<str:number>/contact/", case.contact, name="contact"),
    path("case/<str:number>/note/", case.note, name="note"),
    path("case/<str:number>/release/", case.release, name="release"),
    path("case/<str:number>/link/<uuid:action>/", guest.link, name="guest_link"),
    path("case/<str:number>/<slug:name>/", moves.move, name="move"),
]
