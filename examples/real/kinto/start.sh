#!/usr/bin/env bash
# kinto 26.5.0 (PyPI) on 127.0.0.1:$1, its data in memory, with the account tf, password secret-tf, and two
# records, one of them without a title. Stops when its process is ended.
set -eu
port=${1:-8888}; home=$(mktemp -d)
cat > "$home/kinto.ini" <<C
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = %(http_port)s
[app:main]
use = egg:kinto
kinto.includes = kinto.plugins.accounts kinto.plugins.default_bucket
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.userid_hmac_secret = not-a-secret
kinto.default_bucket_hmac_secret = not-a-secret
kinto.account_create_principals = system.Everyone
kinto.paginate_by = 20
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.AccountsPolicy
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
C
fill() {
  url="http://127.0.0.1:$port/v1" json='Content-Type: application/json'
  curl -sf --retry 120 --retry-connrefused --retry-delay 1 -X PUT "$url/accounts/tf" -H "$json" -d '{"data": {"password": "secret-tf"}}'
  records="$url/buckets/default/collections/tuningfork/records"
  curl -sf -u tf:secret-tf -X PUT "$records/untitled" -H "$json" -d '{"data": {"kind": "note"}}'
  curl -sf -u tf:secret-tf -X PUT "$records/here" -H "$json" -d '{"data": {"title": "here"}}'
}
fill &
exec kinto start --ini "$home/kinto.ini" --port "$port"
