"""Every crate that is built in must be under a permissive licence, and there must be one ratatui."""

import json
import subprocess
import sys

PERMISSIVE = {
    "MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC",
    "Zlib", "Unicode-3.0", "CC0-1.0", "0BSD", "Unlicense", "BSL-1.0", "MIT-0", "CDLA-Permissive-2.0",
}


def fits(expression: str) -> bool:
    """Whether some choice within a licence expression is permissive."""
    expression = expression.replace("/", " OR ").replace("(", " ").replace(")", " ")
    return any(
        all(part.strip() in PERMISSIVE for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


metadata = json.loads(
    subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        check=True, capture_output=True, text=True,
    ).stdout
)
packages = {package["id"]: package for package in metadata["packages"]}
root = metadata["resolve"]["root"]
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
built, queue = set(), [root]
while queue:
    package = queue.pop()
    if package in built:
        continue
    built.add(package)
    for dependency in nodes[package]["deps"]:
        if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]):
            queue.append(dependency["pkg"])

bad = [
    f'{packages[p]["name"]} {packages[p]["version"]}: {packages[p]["license"]}'
    for p in built
    if not fits(packages[p]["license"] or "none")
]
for name in ("ratatui-core", "crossterm", "reqwest", "rusqlite"):
    versions = {packages[p]["version"] for p in built if packages[p]["name"] == name}
    if len(versions) != 1:
        bad.append(f"{name} is in the tree {len(versions)} times: {sorted(versions)}")
print(f"{len(built)} crates looked at")
if bad:
    sys.exit("not permissive, or twice:\n" + "\n".join(sorted(bad)))
