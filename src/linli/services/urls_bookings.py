from django.urls import path

from linli.services import views_booking_desk as desk
from linli.services import views_bookings as views
from linli.services import views_points as points

app_name = "bookings"
urlpatterns = [
    path("", views.resources, name="resources"),
    path("programme/", points.programme, name="programme"),
    path("programme.ics", points.programme_feed, name="programme_feed"),
    path("points/", points.points, name="points"),
    path("points.geojson", points.map_points, name="points_map"),
    path("points/<slug:code>/", points.point, name="point"),
    path("points/<slug:code>/shut/", points.shut, name="shut_point"),
    path("mine/", views.mine, name="mine"),
    path("mine/find/", views.find, name="find"),
    path("mine/<uuid:key>/", views.mine_one, name="mine_one"),
    path("mine/<uuid:key>/cancel/", views.cancel, name="cancel"),
    path("mine/<uuid:key>/take/", views.accept, name="accept"),
    path("desk/", desk.desk, name="desk"),
    path("desk/booking/<uuid:key>/", desk.one, name="one"),
    path("desk/<slug:code>/", desk.week, name="week"),
    path("desk/<slug:code>/enter/", desk.enter, name="enter"),
    path("desk/<slug:code>/rules/", desk.rules, name="rules"),
    path("desk/<slug:code>/shut/", desk.shut, name="shut"),
    path("desk/<slug:code>/open/", desk.reopen, name="reopen"),
    path("desk/<slug:code>/came/", desk.came, name="came"),
    path("<slug:code>/", views.resource, name="resource"),
    path("<slug:code>/book/", views.take, name="take"),
    path("<slug:code>/paper/", views.paper, name="paper"),
    path("<slug:code>/calendar.ics", views.feed, name="feed"),
]
