#!/usr/bin/env bash
# jupyter_server 2.21.1 (PyPI) on 127.0.0.1:$1, token tok-secret, with the file here.txt in a temporary folder.
# Stops when its process is ended.
set -eu
port=${1:-8899}; home=$(mktemp -d)
mkdir "$home/files"; echo here > "$home/files/here.txt"
exec env HOME="$home" JUPYTER_CONFIG_DIR="$home/conf" jupyter-server --allow-root --no-browser --ip 127.0.0.1 --port "$port" \
  --IdentityProvider.token=tok-secret --ServerApp.root_dir="$home/files" --ServerApp.disable_check_xsrf=True
