from django.urls import URLPattern, path

from linli.mediation.views import apply, figures, keep, papers, party, staff

app_name = "mediation"
urlpatterns: list[URLPattern] = [
    path("", staff.listed, name="list"),
    path("apply/", apply.screen, name="apply"),
    path("apply/dispute/", apply.dispute, name="apply_dispute"),
    path("apply/people/", apply.people, name="apply_people"),
    path("apply/check/", apply.check, name="apply_check"),
    path("apply/sent/", apply.sent, name="apply_sent"),
    path("find/", apply.find, name="find"),
    path("form/", figures.print_form, name="print_form"),
    path("figures/", figures.figures, name="figures"),
    path("mine/<str:number>/", party.mine, name="mine"),
    path("mine/<str:number>/keep/", keep.keep, name="keep"),
    path("mine/<str:number>/leave/", party.leave, name="leave"),
    path("mine/<str:number>/agreement/", papers.party_paper, name="agreement"),
    path("enter/", apply.enter, name="enter"),
    path("file/<str:number>/", staff.file, name="file"),
    path("file/<str:number>/reach/", staff.reach, name="reach"),
    path("file/<str:number>/letter/", staff.letter, name="letter"),
    path("file/<str:number>/papers/", papers.staff_paper, name="papers"),
]
