import pytest

from tiejun.foundation.environment import WrongSetting, database_from, environment, parsed_database_url


def test_defaults_are_a_safe_embedded_production():
    env = environment({})

    assert (env.mode, env.debug, env.is_embedded, env.host, env.port) == ("production", False, True, "127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"TIEJUN_MODE": "prod"}, "TIEJUN_MODE is 'prod'; it must be one of production, development, test."),
        ({"PORT": "eighty"}, "PORT is 'eighty'; it must be a whole number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT is '70000'; it must be a whole number from 1 to 65535."),
        ({"TIEJUN_DEMO": "false"}, "TIEJUN_DEMO is 'false'; it must be one of 0, 1."),
        ({"DEBUG": "yes"}, "DEBUG is 'yes'; it must be one of 0, 1."),
        (
            {"DATABASE_OWNER_URL": "mysql://a@b/c"},
            "DATABASE_OWNER_URL must look like postgresql://user:password@host:5432/name.",
        ),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'LOUD'; it must be one of DEBUG, INFO, WARNING, ERROR."),
    ],
)
def test_wrong_value_is_told_in_one_sentence(values, words):
    with pytest.raises(WrongSetting) as told:
        environment(values)

    assert str(told.value) == words


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://host", "localhost:5432/tiejun"])
def test_wrong_database_url_is_refused(url):
    with pytest.raises(WrongSetting):
        parsed_database_url(url)


def test_database_url_is_unquoted_and_its_options_are_kept():
    entry = parsed_database_url("postgresql://sales:p%40ss@db.example.com:5433/tiejun?sslmode=require")

    assert entry == {
        "NAME": "tiejun",
        "USER": "sales",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_only_web_processes_pool_and_only_the_others_lift_the_timeout():
    url = {"DATABASE_URL": "postgresql://a@/b"}
    web = database_from(environment(url | {"TIEJUN_PROCESS": "web"}))["OPTIONS"]
    worker = database_from(environment(url | {"TIEJUN_PROCESS": "worker"}))["OPTIONS"]

    assert ("pool" in web, "options" in web) == (True, False)
    assert ("pool" in worker, "statement_timeout=0" in worker["options"]) == (False, True)


def test_behind_pgbouncer_nothing_is_pooled_twice():
    env = environment({"DATABASE_URL": "postgresql://a@/b", "TIEJUN_PROCESS": "web", "DATABASE_POOL_SIZE": "0"})

    assert "pool" not in database_from(env)["OPTIONS"]


def test_https_site_answers_its_own_name_alone():
    env = environment({"SITE_URL": "https://sales.example.com/", "ALLOWED_HOSTS": "crm.example.com"})

    assert (env.site_url, env.allowed_hosts) == ("https://sales.example.com", ["sales.example.com", "crm.example.com"])
