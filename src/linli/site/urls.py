"""Every address, by app. The first page is the resident's."""

from django.urls import include, path

urlpatterns = [
    path("", include("linli.core.urls")),
    path("", include("linli.people.urls")),
    path("", include("linli.people.sign_in_urls")),
    path("places/", include("linli.places.urls")),
    path("", include("linli.procedures.urls")),
    path("", include("linli.cases.urls")),
    path("", include("linli.sensing.urls")),
    path("services/", include("linli.services.urls")),
    path("hall/", include("linli.services.urls_queue")),
    path("bookings/", include("linli.services.urls_bookings")),
    path("hazards/", include("linli.hazards.urls")),
    path("petitions/", include("linli.petitions.urls")),
    path("mediation/", include("linli.mediation.urls")),
    path("protection/", include("linli.mediation.urls_protection")),
    path("station/", include("linli.station.urls")),
    path("help/", include("linli.station.urls_help")),
    path("legal/", include("linli.station.urls_legal")),
    path("risk-map/", include("linli.riskmap.urls")),
    path("figures/", include("linli.insight.urls")),
    path("indicators/", include("linli.insight.urls_indicators")),
    path("effects/", include("linli.insight.urls_effects")),
    path("reports/", include("linli.insight.urls_reports")),
    path("screen/", include("linli.insight.urls_screen")),
    path("api/v1/", include("linli.gateway.urls")),
    path("sensorthings/", include("linli.gateway.sensorthings.urls")),
]

handler404 = "linli.core.errors_pages.not_found"
handler500 = "linli.core.errors_pages.failed"
handler403 = "linli.core.errors_pages.refused"
handler400 = "linli.core.errors_pages.bad_request"
handler429 = "linli.core.errors_pages.too_many"
