from django.urls import path

from linli.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("list/", views.cases, name="list"),
    path("figures.csv", views.download_csv, name="csv"),
    path("figures.xlsx", views.download_workbook, name="xlsx"),
    path("public/", views.public_figures, name="public"),
    path("check/", views.check, name="check"),
    path("check/now/", views.check_now, name="check_now"),
]
