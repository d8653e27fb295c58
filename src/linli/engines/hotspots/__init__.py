"""Where and when there is more than chance explains: density, Gi*, clusters, scan statistic, control charts.

Everything here takes and gives numbers and NumPy arrays: planar metres, days, counts. It knows no case and no person.

    density      how dense points lie (kernel density on a lattice)
    getis        where counts are high or low together (Getis-Ord Gi*, conditional permutations)
    discovery    how many of many findings may be false (Benjamini-Hochberg)
    st_dbscan    which points lie close in space and in time
    scan         which cylinder of space and time holds more than place and time explain (Kulldorff)
    charts       which day, week or month is unusual, season taken out

Kernels in machine code stand in `kernel_*`; nothing imports them but core's kernel worker and the tests.
"""
