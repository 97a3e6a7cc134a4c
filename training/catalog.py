"""Step 7: writes bytes and SHA-256 of a shipped file into models/catalog.json, leaving every other character as it is.

python3 catalog.py --models ../models FILE
"""
import argparse
import hashlib
import re
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("file")
    args = parser.parse_args()
    content, catalog = (args.models / args.file).read_bytes(), args.models / "catalog.json"
    pattern = re.compile(r'("file": "' + re.escape(args.file) + r'",\s*"bytes": )\d+(,\s*"sha256": ")[0-9a-f]{64}')
    text, count = pattern.subn(rf"\g<1>{len(content)}\g<2>{hashlib.sha256(content).hexdigest()}", catalog.read_text())
    if count == 0:
        raise ValueError(f"{catalog}: no entry of {args.file}")
    catalog.write_text(text)
    print(f"{args.file}: {len(content)} bytes, {count} entries updated")


if __name__ == "__main__":
    main()
