from django.urls import path

from linli.gateway import door
from linli.gateway.api import api

urlpatterns = [path("devices/readings", door.readings, name="device_readings"), *api.urls[0]]
app_name = "api"
