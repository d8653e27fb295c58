"""The part of the database that says which devices, keys and datastreams there are; whoever changes it says so."""

from linli.core.kept import Watched

DEVICES = Watched("devices")
