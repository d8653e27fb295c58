"""The safety work station, for staff."""

from django.urls import URLPattern, path

from linli.station import views, views_counted, views_intake, views_kept, views_staff

app_name = "station"
urlpatterns: list[URLPattern] = [
    path("", views_staff.home, name="home"),
    path("calls/", views.calls, name="calls"),
    path("calls/<int:pk>/leave/", views.back, name="leave"),
    path("desks/<slug:code>/", views_staff.desk, name="desk"),
    path("handovers/<int:pk>/sign/", views_staff.sign, name="sign"),
    path("equipment/", views_staff.equipment, name="equipment"),
    path("equipment/check/", views_staff.check, name="check"),
    path("drills/new/", views_staff.drill, name="drill"),
    path("promises/", views_staff.commitments, name="commitments"),
    path("promises/<int:pk>/end/", views_staff.end_commitment, name="end_commitment"),
    path("promises/<int:pk>/", views_counted.counted, name="counted"),
    path("kept/", views_kept.kept, name="kept"),
    path("kept/<slug:what>/<slug:code>/", views_kept.edit, name="kept_edit"),
    path("intake/", views_intake.take_down, name="intake"),
]
