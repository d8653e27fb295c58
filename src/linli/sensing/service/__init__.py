"""`linli sensing`: the one process that writes observations. Everything that comes in, by whatever protocol, ends here.

intake    one thread that takes in turn what every sender has waiting, and commits it together
server    the local socket by which other processes of this machine hand readings over
client    the other end of it, in those processes
flushing  what was noticed on the way, written to the database every few minutes
running   puts these together, with doors that the command line brings, and the rules
"""
