from django.urls import path

from linli.services import views_counter as desk
from linli.services import views_queue as hall
from linli.services import views_queue_book as booking
from linli.services import views_queue_setup as setup

app_name = "hall"
urlpatterns = [
    path("", hall.home, name="home"),
    path("book/", booking.what, name="book"),
    path("book/whom/", booking.whom, name="book_whom"),
    path("book/when/", booking.when, name="book_when"),
    path("book/reach/", booking.reach, name="book_reach"),
    path("book/check/", booking.check, name="book_check"),
    path("book/wait/", booking.wait, name="book_wait"),
    path("take/", hall.take, name="take"),
    path("find/", hall.find, name="find"),
    path("mine/<str:code>/", hall.mine, name="mine"),
    path("mine/<str:code>/cancel/", hall.cancelling, name="cancel"),
    path("mine/<str:code>/here/", hall.arriving, name="here"),
    path("mine/<str:code>/accept/", hall.accepting, name="accept"),
    path("display/", hall.display, name="display"),
    path("display/now/", hall.display_now, name="display_now"),
    path("rule/", hall.rule, name="rule"),
    path("staff/", desk.staff, name="staff"),
    path("counter/<int:number>/", desk.counter, name="counter"),
    path("counter/<int:number>/<slug:name>/", desk.act, name="act"),
    path("setup/", setup.setup_page, name="setup"),
    path("setup/shut/<int:pk>/open/", setup.open_again, name="open_again"),
    path("setup/counter/<int:pk>/retire/", setup.retire, name="retire"),
]
