"""What the tests of faults and the processes that they kill agree on."""

ROWS, BAD = 1500, 3  # of the file of messages
WALKED = 25  # cases that are walked from report to answer
SENT = 30  # reports over HTTP
WHOLE = ["received", "file", "dispatch", "accept", "hand_in", "verify", "close"]  # the story of a case
