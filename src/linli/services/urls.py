from django.urls import path

from linli.services import views_apply as apply
from linli.services import views_apply_steps as apply_steps
from linli.services import views_catalogue as catalogue
from linli.services import views_items as items
from linli.services import views_papers as papers
from linli.services import views_requests as desk

app_name = "services"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("mine/", apply.mine, name="mine"),
    path("sent/", apply.sent, name="sent"),
    path("follow/", apply.find, name="find"),
    path("r/<str:number>/", apply.follow, name="follow"),
    path("r/<str:number>/rate/", apply.rating, name="rate"),
    path("r/<str:number>/withdraw/", apply.withdrawal, name="withdraw"),
    path("r/<str:number>/papers/", apply.stop_keeping, name="stop_keeping"),
    path("r/<str:number>/files/", papers.send, name="send_papers"),
    path("r/<str:number>/files/<uuid:uuid>/", papers.own_file, name="own_file"),
    path("r/<str:number>/leave/", apply.leave, name="leave"),
    path("desk/", desk.requests, name="requests"),
    path("desk/new/", desk.choose, name="choose"),
    path("desk/new/<slug:code>/", desk.enter, name="enter"),
    path("desk/visits/", desk.visits, name="visits"),
    path("desk/visits/<int:pk>/", desk.visited, name="visited"),
    path("desk/<str:number>/", desk.one, name="request"),
    path("desk/<str:number>/contact/", desk.contact, name="contact"),
    path("desk/<str:number>/files/", papers.scan, name="scan_papers"),
    path("desk/<str:number>/files/<uuid:uuid>/", papers.file, name="file"),
    path("desk/<str:number>/visit/", desk.visit, name="visit"),
    path("desk/<str:number>/slip/<uuid:action>/", desk.entered, name="entered"),
    path("items/", items.items, name="items"),
    path("items/<slug:code>/", items.edit, name="edit"),
    path("items/<slug:code>/<int:number>/", items.version, name="version"),
    path("<slug:code>/", catalogue.item, name="item"),
    path("<slug:code>/guide/", catalogue.guide, name="guide"),
    path("<slug:code>/apply/", apply_steps.apply, name="apply"),
    path("<slug:code>/apply/check/", apply_steps.check, name="apply_check"),
    path("<slug:code>/apply/<slug:page>/", apply_steps.page, name="apply_page"),
    path("<slug:code>/paper/", catalogue.paper, name="paper"),
]
