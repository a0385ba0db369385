"""Password hashing tuned for many logins at once."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2Hasher(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: the OWASP minimum.

    Django's default (100 MiB, eight lanes) takes ten times as long, and eight people signing in at 08:00 would stall the site.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
