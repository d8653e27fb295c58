from django.urls import path

from linli.insight import views_effects as views

app_name = "effects"
urlpatterns = [
    path("", views.register, name="register"),
    path("new/", views.new, name="new"),
    path("<uuid:key>/", views.action, name="action"),
    path("<uuid:key>/cases/", views.cases, name="cases"),
    path("<uuid:key>/withdraw/", views.withdraw, name="withdraw"),
]
