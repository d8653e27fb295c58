from django.urls import path

from linli.hazards import views, views_premises, views_rounds, views_tell, views_tell_steps

app_name = "hazards"
urlpatterns = [
    path("", views.hazards, name="list"),
    path("new/", views.new, name="new"),
    path("export.csv", views.export, name="export"),
    path("buildings/", views.buildings, name="buildings"),
    path("h/<str:number>/", views.hazard, name="hazard"),
    path("h/<str:number>/contact/", views.contact, name="contact"),
    path("h/<str:number>/notice/<int:order>/", views.notice, name="notice"),
    path("h/<str:number>/notice/<int:order>/notice.pdf", views.notice_pdf, name="notice_pdf"),
    path("tell/", views_tell_steps.tell, name="tell"),
    path("tell/check/", views_tell_steps.check, name="tell_check"),
    path("tell/sent/", views_tell.told, name="told"),
    path("tell/paper/", views_tell.paper, name="paper"),
    path("tell/<slug:page>/", views_tell_steps.page, name="tell_page"),
    path("answer/", views_tell.find, name="find"),
    path("answer/<str:number>/", views_tell.answer, name="answer"),
    path("inspections/", views_rounds.inspections, name="inspections"),
    path("inspections/list/<slug:code>/", views_rounds.go_round, name="round"),
    path("inspections/<uuid:uuid>/", views_rounds.inspection, name="inspection"),
    path("premises/", views_premises.register, name="premises"),
    path("premises/new/", views_premises.add, name="new_premises"),
    path("premises/<str:number>/", views_premises.one, name="one_premises"),
    path("premises/<str:number>/visit/", views_premises.visit, name="visit"),
    path("premises/<str:number>/talk/", views_premises.talk, name="talk"),
    path("premises/<str:number>/talk/<int:pk>/", views_premises.followed, name="followed"),
    path("premises/<str:number>/operator/", views_premises.operator, name="operator"),
]
