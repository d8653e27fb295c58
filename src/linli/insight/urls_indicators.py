from django.urls import path

from linli.insight import views_entering, views_indicators, views_reviews

app_name = "indicators"
urlpatterns = [
    path("", views_indicators.indicators, name="indicators"),
    path("public/", views_indicators.public_indicators, name="public"),
    path("enter/", views_entering.enter, name="enter"),
    path("enter/table/", views_entering.take, name="take"),
    path("enter/table/example.csv", views_entering.example, name="example"),
    path("enter/<int:pk>/correct/", views_entering.correct, name="correct"),
    path("enter/<int:pk>/withdraw/", views_entering.withdraw, name="withdraw"),
    path("new/", views_entering.new, name="new"),
    path("reviews/", views_reviews.reviews, name="reviews"),
    path("reviews/<str:number>/", views_reviews.review, name="review"),
    path("<slug:code>/", views_indicators.indicator, name="indicator"),
    path("<slug:code>/change/", views_entering.change, name="change"),
    path("<slug:code>/list/", views_indicators.listed, name="list"),
    path("<slug:code>/course.csv", views_indicators.course_csv, name="csv"),
]
