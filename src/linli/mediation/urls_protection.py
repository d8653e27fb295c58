from django.urls import path

from linli.mediation import views_help, views_protection, views_protection_paper

app_name = "protection"
urlpatterns = [
    path("help/", views_help.help_page, name="help"),
    path("help/ask/", views_help.ask, name="ask"),
    path("help/again/", views_help.again, name="again"),
    path("", views_protection.files, name="files"),
    path("begin/", views_protection.begin, name="begin"),
    path("lines/", views_protection.lines, name="lines"),
    path("lines/<slug:code>/", views_protection.line, name="line"),
    path("<str:number>/", views_protection.file, name="file"),
    path("<str:number>/opened/", views_protection.opened, name="opened"),
    path("<str:number>/application/", views_protection_paper.application, name="application"),
]
