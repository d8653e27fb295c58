"""The parts of the database that other processes keep: devices with keys and datastreams, and the rules at work."""

from linli.core.kept import Watched

DEVICES = Watched("devices")
RULES = Watched("rules at work")
