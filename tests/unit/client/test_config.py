from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.client.config import ConfigurationError, Settings, load_target, validate_table


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "tuningfork.toml"


def error_of(file: Path, name: str = "staging") -> str:
    with pytest.raises(ConfigurationError) as error:
        load_target(file, name)
    return str(error.value)


def test_target_without_options_has_safe_defaults(toml: Path) -> None:
    toml.write_text("[targets.staging]\n")

    options = load_target(toml, "staging").options

    assert (options.writes, options.rate, options.timeout, options.settle) == (False, 5.0, 10.0, 2.0)


@pytest.mark.parametrize(("text", "rate"), [("10/s", 10.0), ("300/m", 5.0), ("7200/h", 2.0)])
def test_rate_is_converted_to_requests_per_second(toml: Path, text: str, rate: float) -> None:
    toml.write_text(f'[targets.staging]\nrate = "{text}"\n')

    assert load_target(toml, "staging").options.rate == rate


def test_environment_variables_are_expanded(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text('[targets.staging.music]\nclient_id = "a-${TF_ID}"\ngiven = { list = ["${TF_ID}"] }\n')
    monkeypatch.setenv("TF_ID", "42")

    table = load_target(toml, "staging").tables["music"]

    assert table == {"client_id": "a-42", "given": {"list": ["42"]}}


def test_unset_variable_is_named(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text('[targets.staging.music]\nclient_secret = "${TF_SECRET}"\n')
    monkeypatch.delenv("TF_SECRET", raising=False)

    assert "targets.staging.music.client_secret" in error_of(toml)
    assert "TF_SECRET" in error_of(toml)


def test_missing_file_suggests_mock_target(toml: Path) -> None:
    assert str(toml) in error_of(toml)
    assert "--target mock" in error_of(toml)


def test_unknown_target_error_lists_known_targets(toml: Path) -> None:
    toml.write_text("[targets.live]\n")

    assert "live" in error_of(toml)


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ('[targets.staging]\nwrites = "yes"\n', "targets.staging.writes"),
        ("[targets.staging]\nrate = 5\n", "targets.staging.rate"),
        ("[targets.staging]\ntimeout = 0\n", "targets.staging.timeout"),
        ("[targets.staging]\nspeed = 1\n", "targets.staging.speed"),
        ("[targets.staging\n", "TOML"),
        ("targets = 3\n", "targets"),
        ("[targets]\nstaging = 3\n", "targets.staging"),
    ],
)
def test_invalid_value_is_reported_with_its_location(toml: Path, text: str, location: str) -> None:
    toml.write_text(text)

    assert location in error_of(toml)
    assert str(toml) in error_of(toml)
    assert "\n" not in error_of(toml).removesuffix("\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[targets.staging]\nwrites = "yes"\n', "targets.staging.writes: write true or false."),
        ("[targets.staging]\ntimeout = [1]\n", "targets.staging.timeout: write a number."),
        ("[targets.staging]\nca = 3\n", "targets.staging.ca: write a path in quotation marks"),
    ],
)
def test_error_says_what_to_write(toml: Path, text: str, message: str) -> None:
    toml.write_text(text)

    assert message in error_of(toml)


def test_missing_required_field_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"targets\.staging\.music\.base_url: .* missing"):
        validate_table(Settings, {}, tmp_path / "tuningfork.toml", "targets.staging.music")


def test_error_message_contains_no_secret(tmp_path: Path) -> None:
    table = {"base_url": "http://localhost", "users": {"first": {"password": ["hunter2"]}}}

    with pytest.raises(ConfigurationError) as error:
        validate_table(Settings, table, tmp_path / "tuningfork.toml", "here")

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("need", "lacks"),
    [
        ("user", False),
        ("user2", True),
        ("login", False),
        ("given:many", False),
        ("given:few", True),
        ("control:clock", True),
        ("anything", False),
    ],
)
def test_lacks_returns_true_for_unmet_needs(need: str, lacks: bool) -> None:
    settings = Settings.model_validate(
        {
            "base_url": "http://localhost",
            "users": {"first": {"username": "a", "password": "b"}},
            "given": {"many": 1},
        }
    )

    assert settings.lacks(need) is lacks


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('"64 MiB"', 64 * 2**20),
        ('"500kB"', 500_000),
        ('"1.5 KiB"', 1536),
        ('"1 GiB"', 2**30),
        ('"2 MB"', 2_000_000),
        ("4096", 4096),
    ],
)
def test_size_is_converted_to_bytes(toml: Path, text: str, size: int) -> None:
    toml.write_text(f"[targets.staging]\nmax_body = {text}\n")

    assert load_target(toml, "staging").options.max_body == size


@pytest.mark.parametrize("text", ['"64"', '"64 MIB"', '"much"', "true", "1.5", '"-1 MB"', "[]", '""'])
def test_invalid_size_is_reported(toml: Path, text: str) -> None:
    toml.write_text(f"[targets.staging]\nmax_body = {text}\n")

    assert 'targets.staging.max_body: a size reads like "64 MiB"' in error_of(toml)


@pytest.mark.parametrize("line", ["max_body = 0", "patience = 0", "max_lost = 0", "max_lost = true"])
def test_limits_must_be_positive(toml: Path, line: str) -> None:
    toml.write_text(f"[targets.staging]\n{line}\n")

    assert f"targets.staging.{line.split()[0]}: " in error_of(toml)


@pytest.mark.parametrize(
    "proxy", ['"https://proxy"', '"proxy:3128"', '"http://proxy:port"', '"http://a/b"', "7"]
)
def test_invalid_proxy_is_reported_without_its_secret(toml: Path, proxy: str) -> None:
    toml.write_text(f"[targets.staging]\nproxy = {proxy}\n")

    assert 'targets.staging.proxy: a proxy reads like "http://proxy.example.com:3128".' in error_of(toml)


def test_api_options_override_target_options(toml: Path) -> None:
    toml.write_text('[targets.staging]\nmax_lost = 7\npatience = 60\nproxy = "http://a:b@proxy"\n')
    target = load_target(toml, "staging")
    settings = Settings.model_validate(
        {"base_url": "https://api.example.com", "max_lost": 2, "max_body": "1 kB"}
    )

    options = target.options_for(settings)

    assert (options.max_lost, options.patience, options.max_body) == (2, 60, 1000)
    assert target.route(settings, "music").proxy == "http://a:b@proxy"
    assert "b@proxy" not in repr(options)


def test_ca_path_is_relative_to_configuration_file(toml: Path) -> None:
    toml.write_text('[targets.staging]\nca = "staging.pem"\n')
    target = load_target(toml, "staging")
    settings = Settings(base_url="https://api.example.com")

    with pytest.raises(ConfigurationError, match=r"targets\.staging\.ca: .*staging\.pem can't be read"):
        target.route(settings, "music")

    toml.with_name("staging.pem").write_text((Path(__file__).parent / "tls/ca.pem").read_text())
    assert target.route(settings, "music").ca == toml.with_name("staging.pem")


@pytest.mark.parametrize(
    ("base_url", "hosts", "origins"),
    [
        ("https://api.example.com", ["login.example.com"], {"https://login.example.com"}),
        ("https://api.example.com", ["http://login.example.com:80/"], {"http://login.example.com"}),
        ("http://127.0.0.1:1", ["127.0.0.1:2"], {"http://127.0.0.1:2"}),
    ],
)
def test_login_hosts_are_converted_to_origins(base_url: str, hosts: list[str], origins: set[str]) -> None:
    assert Settings.model_validate({"base_url": base_url, "login_hosts": hosts}).login_origins == origins


@pytest.mark.parametrize("host", ["", "https://", "a/b", "https://u:p@a", "ftp://a", "a:port"])
def test_invalid_login_host_is_reported(toml: Path, host: str) -> None:
    with pytest.raises(ConfigurationError, match="a login host reads like"):
        validate_table(
            Settings, {"base_url": "https://a", "login_hosts": [host]}, toml, "targets.staging.music"
        )
