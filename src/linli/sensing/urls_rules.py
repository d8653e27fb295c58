"""Addresses of rules at work."""

from django.urls import URLPattern, path

from linli.sensing import views_rules as views

urlpatterns: list[URLPattern] = [
    path("rules/", views.rules, name="rules"),
    path("rules/new/", views.new, name="new_rule"),
    path("rules/<slug:code>/", views.rule, name="rule"),
    path("rules/<slug:code>/write/", views.write, name="write_rule"),
    path("rules/<slug:code>/seen/", views.seen, name="rule_seen"),
    path("rules/<slug:code>/<int:number>/backtest/", views.backtest, name="ask_backtest"),
    path("rules/<slug:code>/<int:number>/<slug:step>/", views.turn, name="turn_rule"),
    path("rules/<slug:code>/backtest/<uuid:uuid>/", views.tried, name="backtest"),
]
