"""OGC SensorThings API 1.1, Part 1: Sensing (18-088), over HTTP and, by `mqtt`, over the broker."""
