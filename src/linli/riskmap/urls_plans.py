"""Addresses of plans."""

from django.urls import URLPattern, path

from linli.riskmap import views_plans as views

urlpatterns: list[URLPattern] = [
    path("", views.plans, name="plans"),
    path("new/", views.new, name="new_plan"),
    path("compare/", views.compare, name="compare_plans"),
    path("<uuid:uuid>/", views.plan, name="plan"),
    path("<uuid:uuid>/what/", views.what, name="plan_what"),
    path("<uuid:uuid>/means/", views.means, name="plan_means"),
    path("<uuid:uuid>/accept/<slug:kind>/", views.accept, name="accept_plan"),
    path("<uuid:uuid>/aside/", views.drop, name="drop_plan"),
    path("<uuid:uuid>/map/<slug:kind>/<slug:which>.geojson", views.geojson, name="plan_map"),
    path("<uuid:uuid>/work/", views.work, name="plan_work"),
    path("<uuid:uuid>/work/<int:number>/case/", views.make_case, name="plan_case"),
    path("<uuid:uuid>/work/<int:number>/done/", views.done, name="plan_done"),
]
