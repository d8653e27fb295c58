"""The legal studio: for everybody, and at work."""

from django.urls import URLPattern, path

from linli.station import views_ask
from linli.station import views_legal as views
from linli.station import views_legal_desk as desk

app_name = "legal"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("ask/", views_ask.ask, name="ask"),
    path("ask/check/", views_ask.check, name="ask_check"),
    path("ask/<slug:page>/", views_ask.page, name="ask_page"),
    path("paper/", views.paper, name="paper"),
    path("find/", views.find, name="find"),
    path("cards/", views.cards, name="cards"),
    path("cards/<slug:code>/", views.card, name="card"),
    path("mine/<str:number>/", views.follow, name="follow"),
    path("mine/<str:number>/<slug:name>/", views.act, name="act"),
    path("desk/", desk.desk, name="desk"),
    path("desk/write/", desk.write, name="write"),
    path("desk/lessons/", desk.lessons, name="lessons"),
    path("desk/lessons/<int:pk>/", desk.came, name="came"),
    path("desk/checks/", desk.checks, name="checks"),
    path("desk/<str:number>/", desk.file, name="file"),
]
