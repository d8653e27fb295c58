from django.urls import path

from linli.services import views_assistance as assistance
from linli.services import views_assistance_file as files
from linli.services import views_assistance_letter as letters
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
    path("assistance/", assistance.about, name="assistance"),
    path("assistance/apply/", assistance.apply, name="assistance_apply"),
    path("assistance/paper/", assistance.paper, name="assistance_paper"),
    path("assistance/find/", assistance.find, name="assistance_find"),
    path("assistance/thanks/", assistance.thanks, name="thanks"),
    path("assistance/mine/<uuid:key>/", assistance.own, name="assistance_own"),
    path("assistance/mine/<uuid:key>/letter/", letters.own, name="assistance_letter"),
    path("assistance/mine/<uuid:key>/take-back/", assistance.take_back, name="assistance_take_back"),
    path("assistance/mine/<uuid:key>/thank/", assistance.thank, name="assistance_thank"),
    path("assistance/write/", files.write, name="assistance_write"),
    path("assistance/found/", files.found, name="assistance_found"),
    path("assistance/file/<uuid:key>/", files.file, name="assistance_file"),
    path("assistance/file/<uuid:key>/letter/", letters.staff, name="assistance_file_letter"),
    path("assistance/file/<uuid:key>/thanks/", files.release, name="assistance_release"),
    path("<slug:code>/", views.resource, name="resource"),
    path("<slug:code>/book/", views.take, name="take"),
    path("<slug:code>/paper/", views.paper, name="paper"),
    path("<slug:code>/calendar.ics", views.feed, name="feed"),
]
