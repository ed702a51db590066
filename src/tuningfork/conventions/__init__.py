"""What an API can declare: for each convention its keys in conventions.yaml and the claims it brings."""
