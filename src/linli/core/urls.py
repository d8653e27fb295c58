from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from linli.core import kit, preferences
from linli.core.events import events
from linli.core.views import condition, deliveries, files, health, jobs, metrics, mydata, offline, privacy, push

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="language"),
    path("care/", preferences.care, name="care"),
    path("kit/", kit.kit, name="kit"),
    path("kit/places.geojson", kit.places, name="kit_places"),
    path("kit/cases.geojson", kit.cases, name="kit_cases"),
    path("kit/problem/<int:status>/", kit.problem, name="kit_problem"),
    path("kit/<slug:name>/", kit.piece, name="kit_piece"),
    path("events", events, name="events"),
    path("healthz", health.health, name="health"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.prometheus, name="metrics"),
    path("admin/condition/", condition.condition, name="condition"),
    path("files/<uuid:uuid>/", files.file, name="file"),
    path("files/<uuid:uuid>/<int:width>.webp", files.file, name="preview"),
    path("jobs/", jobs.dead, name="jobs"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="retry_job"),
    path("jobs/<int:pk>/drop/", jobs.drop, name="drop_job"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("sw.js", offline.worker, name="worker"),
    path("no-signal/", offline.no_signal, name="no_signal"),
    path("queue/", offline.queue, name="queue"),
    path("queue/token/", offline.token, name="token"),
    path("push/", push.push, name="push"),
    path("push/wishes/", push.wishes, name="push_wishes"),
    path("push/<uuid:uuid>/", push.subscription, name="push_subscription"),
    path("my-data/", mydata.my_data, name="my_data"),
    path("my-data/take-along/", mydata.take_along, name="take_along"),
    path("my-data/take-all-along/", mydata.take_all_along, name="take_all_along"),
    path("my-data/views/", mydata.views, name="my_views"),
    path("my-data/<slug:name>/correct/", mydata.correct, name="correct_data"),
    path("my-data/<slug:name>/delete/", mydata.erase, name="erase_data"),
    path("privacy/fields/", privacy.fields, name="fields"),
    path("privacy/assessments/", privacy.register, name="assessments"),
    path("privacy/assessments/new/", privacy.edit, name="new_assessment"),
    path("privacy/assessments/<int:pk>/", privacy.assessment, name="assessment"),
    path("privacy/assessments/<int:pk>/edit/", privacy.edit, name="edit_assessment"),
    path("privacy/assessments/<int:pk>/turn/", privacy.turn, name="turn_assessment"),
]
