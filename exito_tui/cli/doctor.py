"""`exito-tui doctor`: what is wrong with the folders and files of a root."""

import argparse
import json
import time

from exito_tui.cli.judging import judge_for
from exito_tui.cli.output import EXIT_FINDINGS, complain, write
from exito_tui.cli.roots import existing_roots, must_be_read
from exito_tui.domain.doctor import Finding
from exito_tui.domain.text import decoded, one_line
from exito_tui.store.scan import scan
from exito_tui.store.survey import findings


def run(options: argparse.Namespace) -> int:
    """List the findings; exit code 3 when there are any."""
    roots = existing_roots(options)
    judge = judge_for(roots)
    snapshots = [scan(root) for root in roots]
    must_be_read(snapshots)
    found = {snapshot.root: findings([snapshot], judge, time.time_ns()) for snapshot in snapshots}
    count = sum(map(len, found.values()))
    if options.json:
        made: list[dict[str, object]] = []
        for root, these in found.items():
            made.append({"root": decoded(root), "findings": [_object(one) for one in these]})
        body = made[0] if len(made) == 1 else {"roots": made}
        write(json.dumps({"schema": 1, **body}) + "\n")
    else:
        for root, these in found.items():
            if len(found) > 1 and these:
                write(f"{one_line(decoded(root))}\n")
            for finding in these:
                write(_words(finding))
        complain(f"{count} finding{'' if count == 1 else 's'}" if count else "nothing is wrong")
    return EXIT_FINDINGS if count else 0


def _words(finding: Finding) -> str:
    line = f":{finding.line}" if finding.line else ""
    lines = [
        f"{finding.code}  {decoded(finding.place)}{line}",
        f"    {finding.fact}",
        f"    why: {finding.cause}",
        f"    remedy: {finding.remedy}",
        *(f"    move: {decoded(move.source)} -> {decoded(move.target)}" for move in finding.moves[:5]),
    ]
    if len(finding.moves) > 5:
        lines.append(f"    and {len(finding.moves) - 5} more moves")
    return "".join(f"{one_line(line)}\n" for line in lines)


def _object(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "place": decoded(finding.place),
        "line": finding.line or None,
        "fact": finding.fact,
        "cause": finding.cause,
        "remedy": finding.remedy,
        "moves": [{"from": decoded(move.source), "to": decoded(move.target)} for move in finding.moves],
    }
