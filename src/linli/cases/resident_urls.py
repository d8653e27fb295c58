"""Addresses of residents and of the public."""

from django.urls import path

from linli.cases.views import danger, follow, guest, public, report, where

resident_urls = [
    path("", public.home, name="home"),
    path("cases/", public.cases, name="public"),
    path("cases/numbers/", public.numbers, name="numbers"),
    path("cases.geojson", public.geojson, name="geojson"),
    path("cases/<str:number>/", public.case, name="public_case"),
    path("report/", report.what, name="report"),
    path("report/where/", where.where, name="report_where"),
    path("report/where/building/", where.building, name="report_building"),
    path("report/where/spot/", where.spot, name="report_spot"),
    path("report/where/map/", where.point, name="report_point"),
    path("report/where/words/", where.words, name="report_words"),
    path("report/nearby/", where.nearby, name="report_nearby"),
    path("report/text/", report.text, name="report_text"),
    path("report/photos/", report.photos, name="report_photos"),
    path("report/contact/", report.reach, name="report_reach"),
    path("report/check/", report.check, name="report_check"),
    path("report/sent/", report.reported, name="reported"),
    path("report/forget/", report.forget, name="forget"),
    path("report/danger/", danger.heard, name="danger"),
    path("report/leave/", danger.leave, name="leave_safely"),
    path("cases/<str:number>/too/", where.support, name="support"),
    path("cases/<str:number>/thanks/", where.supported, name="supported"),
    path("follow/", follow.find, name="find"),
    path("guest/<str:number>/<str:code>/", guest.guest, name="guest"),
    path("my/", follow.mine, name="mine"),
    path("r/<str:number>/", follow.follow, name="follow"),
    path("r/<str:number>/rate/", follow.rate, name="rate"),
    path("r/<str:number>/reopen/", follow.reopen, name="reopen"),
    path("r/<str:number>/add/", follow.add, name="add"),
    path("r/<str:number>/keep/", follow.keep, name="keep"),
    path("r/<str:number>/reply/", follow.reply, name="reply"),
    path("r/<str:number>/leave/", follow.leave, name="leave"),
]
