from linli.sensing import urls_alerts, urls_devices, urls_door, urls_rules

app_name = "sensing"
urlpatterns = [
    *urls_devices.urlpatterns,
    *urls_rules.urlpatterns,
    *urls_alerts.urlpatterns,
    *urls_door.urlpatterns,
]
