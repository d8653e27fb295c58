from django.urls import path

from linli.petitions.views import attachments, letters, office, public, staff

app_name = "petitions"
urlpatterns = [
    path("", public.index, name="index"),
    path("write/", public.write, name="write"),
    path("paper/", public.paper, name="paper"),
    path("progress/", public.progress, name="progress"),
    path("progress/<str:number>/", public.own, name="own"),
    path("progress/<str:number>/rate/", public.rate, name="rate"),
    path("progress/<str:number>/leave/", public.leave, name="leave"),
    path("progress/<str:number>/files/", attachments.add_own, name="add_own"),
    path("progress/<str:number>/files/<uuid:uuid>/", attachments.own_file, name="own_attachment"),
    path("progress/<str:number>/letters/<uuid:uuid>/", letters.own_letter, name="own_letter"),
    path("progress/<str:number>/letters/<uuid:uuid>.pdf", letters.own_letter_pdf, name="own_letter_pdf"),
    path("desk/", staff.desk, name="desk"),
    path("register/", staff.register, name="register"),
    path("office/", office.keep, name="office"),
    path("report/", staff.report, name="report"),
    path("file/<str:number>/", staff.file, name="file"),
    path("file/<str:number>/who/", staff.who, name="who"),
    path("file/<str:number>/files/", attachments.add, name="add"),
    path("file/<str:number>/files/<uuid:uuid>/", attachments.file, name="attachment"),
    path("file/<str:number>/letters/<uuid:uuid>/", letters.letter, name="letter"),
]
