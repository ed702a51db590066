"""Write the JSON Schema of conventions.yaml, which follows from the models, into the package."""

from __future__ import annotations

import json

from tuningfork.contract.declaration_schema import SCHEMA_FILE, schema

if __name__ == "__main__":
    SCHEMA_FILE.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(SCHEMA_FILE)
