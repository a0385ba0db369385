"""The representative's day: which stops to make, in which order, so that they are worth the most.

- ``problem``    a day and its answer as plain values
- ``clockwork``  arrival, windows, lunch and hours of traffic, exactly, forwards and backwards
- ``kernel``     the search, which numba can compile and Python can run
- ``compiling``  the kernel compiled
- ``solving``    the answer, and why something required is missing
- ``timetable``  the times of stops in a given order, with what cannot be kept
- ``packing``    a problem as bytes, and its digest
- ``apart``      the search in a process of its own, which gives its memory back
- ``checking``   an independent look: does a day break a rule of its problem?
"""
