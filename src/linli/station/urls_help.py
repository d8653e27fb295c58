"""Get help: the public addresses of the safety work station."""

from django.urls import URLPattern, path

from linli.station import views_help as views
from linli.station.views_staff import promised

app_name = "help"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("tell/", views.tell, name="tell"),
    path("tell/safe/", views.safe, name="safe"),
    path("tell/about/", views.about, name="about"),
    path("tell/wish/", views.wants, name="wants"),
    path("tell/where/", views.where, name="where"),
    path("tell/police/", views.police, name="police"),
    path("tell/forget/", views.forget, name="forget"),
    path("tell/paper/", views.paper, name="paper"),
    path("promises/", promised, name="promises"),
    path("my-file/", views.mine, name="mine"),
]
