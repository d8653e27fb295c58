from django.urls import path

from linli.procedures.views import admin, audit, inbox, refer

app_name = "procedures"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("refer/<str:number>/", refer.refer, name="refer"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.verify_one, name="verify_one"),
    path("audit/verify/all/", audit.verify_all, name="verify_all"),
    path("audit/entries/", audit.entries, name="audit_entries"),
    path("audit/views/", audit.views, name="audit_views"),
    path("admin/", admin.admin, name="admin"),
    path("admin/rules/", admin.rules, name="rules"),
    path("admin/rules/new/", admin.new_rule, name="new_rule"),
    path("admin/calendar/", admin.calendar_page, name="calendar"),
    path("admin/calendar/load/", admin.load_published, name="load_calendar"),
]
