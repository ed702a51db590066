#!/usr/bin/env bash
# Installs what start.sh needs, unless it is there: Debian's docker-registry, and htpasswd of apache2-utils.
set -eu
command -v docker-registry >/dev/null && command -v htpasswd >/dev/null || { apt-get -qq update && apt-get -qq install -y docker-registry apache2-utils; }
