"""The service hall's queue: appointments and walk-ins in one order that is fair (engines.queue holds the rule)."""
