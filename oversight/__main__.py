"""The command line: ``python -m oversight COMMAND``. ``--help`` lists the commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from oversight import changed, decided_commands, history, need, publish, snapshots, store
from oversight.checks import CheckFailed
from oversight.exports.reading import ANSWERS, FileProblem
from oversight.exports.records import counted
from oversight.settings import ROOT, SAMPLE, exports_folder, snapshots_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 the input cannot be used, 2 the command line is wrong."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console may not be UTF-8
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "ask":
        parser.error(f"unrecognised: {' '.join(rest)}")
    try:
        code = int(options.run(options, rest))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads has seen enough: ask … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to complain at the end
        return 0
    except (FileProblem, CheckFailed, store.AskError) as problem:
        print(f"{problem}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m oversight", description="Exports in, dashboard out.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, text in (
        ("build", _build, "read, map, check and publish every file below the folders as one snapshot"),
        ("check", _check, "the same account without publishing"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a folder of exports, or a single file")
        command.set_defaults(run=run)
        if name == "build":
            command.add_argument("--out", type=Path, default=snapshots_folder(), help="where snapshots go (default: data/snapshots)")
    maps = commands.add_parser("map", help="propose a mapping for a survey export: which question is which of ours, and how sure")
    maps.add_argument("file", type=Path, help="the export")
    maps.add_argument("--with", dest="folder", type=Path, default=exports_folder(), help="folder with waves.csv and earlier mappings")
    maps.add_argument("--wave", help="id of the wave it belongs to (default: the one its dates fit, if any)")
    maps.add_argument("--out", type=Path, help="write the mapping there (default: only show it)")
    maps.add_argument("--accept-similar", action="store_true", help="take over what is only similar, too: look through it first")
    maps.add_argument("--say", action="append", default=[], metavar="WHAT=VALUE", help=f"what the file does not say: {', '.join(ANSWERS)}")
    maps.set_defaults(run=_map)
    sample = commands.add_parser("sample", help="write the fictional sample programme and the truth it was drawn from")
    sample.add_argument("--out", type=Path, default=SAMPLE)
    sample.add_argument("--truth", type=Path, default=None, help="where the truth goes (default: beside the sample)")
    sample.add_argument("--seed", type=int, default=2026)
    sample.set_defaults(run=_sample)
    ask = commands.add_parser("ask", help="answer one question; without a name, list the questions", add_help=True)
    ask.add_argument("name", nargs="?")
    ask.add_argument("--snapshot", help="id or file (default: the current one)")
    ask.add_argument("--audience", choices=("internal", "shareable"), default="shareable")
    ask.add_argument("--format", choices=("table", "csv", "json"), default="table")
    ask.set_defaults(run=_ask)
    past = commands.add_parser("history", help="list the snapshots that are kept, the one published last first")
    past.add_argument("--format", choices=("table", "csv", "json"), default="table")
    past.set_defaults(run=_history)
    back = commands.add_parser("back", help="go back to a kept snapshot: it becomes the current one for everybody")
    back.add_argument("snapshot", help="its id, as history lists it")
    back.set_defaults(run=_back)
    decided_commands.add(commands, _print_table)
    documents = commands.add_parser("documents", help="write what is generated: data dictionary, questionnaire, register templates")
    documents.set_defaults(run=_documents)
    return parser


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _build(options: argparse.Namespace, _: list[str]) -> int:
    account = publish.build(options.folders, options.out, _progress)
    _print_account(account)
    print(
        f"Published snapshot {account.snapshot_id}: {counted(account.responses, 'response')}{' (fictional)' if account.fictional else ''}."
    )
    if account.quarantined:
        rows = f"{counted(account.quarantined, 'row')} {'was' if account.quarantined == 1 else 'were'}"
        print(f"{rows} set aside and not used; why is said above and by: python -m oversight ask quarantine", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace, _: list[str]) -> int:
    account = publish.build(options.folders, None, _progress)
    _print_account(account)
    print(f"Nothing was published. It would be snapshot {account.snapshot_id} with {counted(account.responses, 'response')}.")
    return 0


def _map(options: argparse.Namespace, _: list[str]) -> int:
    from oversight import drafts, proposals, recognition

    said = dict(pair.split("=", 1) for pair in options.say if "=" in pair)
    if strange := set(said) - set(ANSWERS) or {pair for pair in options.say if "=" not in pair}:
        raise store.AskError(f"--say takes WHAT=VALUE, where WHAT is one of {', '.join(ANSWERS)}; got {', '.join(sorted(strange))}.")
    if not options.file.is_file():
        raise FileProblem(str(options.file), "does not exist.", "Give one survey export.")
    found = recognition.recognise_path(options.file, recognition.known(options.folder), said)
    if found.reading is None or found.reading.survey is None:
        if found.doubt:
            choices = ", ".join(f"--say {found.doubt.about}={choice}" for choice in found.doubt.choices)
            raise FileProblem(options.file.name, found.doubt.wrong, f"{found.doubt.mend} Here: {choices}")
        raise found.problem or FileProblem(options.file.name, "holds no survey responses.", recognition.sentence(found))
    print(recognition.sentence(found))
    print(recognition.mapped_sentence(found))
    known = recognition.known(options.folder)
    proposed = proposals.propose(found.reading.survey, found.reading.tool, known.mappings)
    _print_table(proposals.table(proposed), "table")
    wave = options.wave or (found.wave.wave_id if found.wave else None)
    sure = frozenset(c for c in proposals.CONFIDENCE if c != "none" and (options.accept_similar or c != "similar"))
    survey = found.nearest.survey if found.nearest and found.mapping else drafts.short_name(options.file.name)
    draft = drafts.draft(proposed, survey, found.reading.tool, [wave] if wave else [], said, sure)
    for problem in drafts.problems(draft):
        print(f"To do: {problem}")
    similar = sum(p.confidence == "similar" for p in proposed)
    if similar and not options.accept_similar:
        print(f"{similar} questions are only similar and were left out. Look through them, then use --accept-similar.")
    if options.out:
        options.out.write_text(drafts.to_toml(draft), encoding="utf-8")
        print(f"Wrote {options.out}. Look through it, put it beside the export, then: python -m oversight check FOLDER")
    else:
        print("\n" + drafts.to_toml(draft))
    return 0


def _print_account(account: publish.Account) -> None:
    """One line per file, and under it why rows were set aside and what else there is to know."""
    for source in account.sources:
        balance = f"{source.reading.rows_read:,} rows read = {source.accepted:,} accepted + {source.quarantined:,} quarantined"
        print(f"{source.file}: {source.reading.tool}. {balance}.")
        if source.note:
            print(f"    {source.note}")
        reasons = pd.Series([aside.reason for aside in source.asides], dtype="object").value_counts()
        for reason, count in reasons.items():
            example = next(a for a in source.asides if a.reason == reason)
            print(f"    quarantined, {reason}: {count} (for example row {example.row}: {example.detail})")
        whole = [what for row, what in source.warnings if row == 0]
        for what in whole[:10]:
            print(f"    note: {what}")
        rows = sum(1 for row, _ in source.warnings if row)
        if rows:
            print(f"    {rows} accepted rows carry a note (query: warnings)")


def _sample(options: argparse.Namespace, _: list[str]) -> int:
    from oversight.sample import make_sample

    truth = options.truth or options.out.parent / f"{options.out.name}-truth"
    make_sample(options.out, truth, options.seed)
    print(f"Wrote the fictional sample to {options.out} and its truth to {truth} (seed {options.seed}).")
    return 0


def _ask(options: argparse.Namespace, rest: list[str]) -> int:
    if not options.name:
        for query in store.queries().values():
            takes = " ".join(f"[--{p.name} {'|'.join(p.allowed) if 0 < len(p.allowed) <= 6 else p.type}]" for p in query.parameters)
            print(f"{query.name} {takes}\n    {query.purpose}")
        return 0
    filters = _filters(rest)
    if "weights" in filters:
        try:
            filters["weights"] = need.weights.of_argument(filters["weights"])
        except ValueError as problem:
            raise store.AskError(str(problem)) from None
    result = store.ask(options.name, store.Viewer(audience=options.audience), options.snapshot, **filters)
    _print_table(result.table, options.format)
    for note in _unknown(result):
        print(note, file=sys.stderr)
    if left := sorted(filters.keys() & set(store.queries()[options.name].fixed)) if options.audience == "shareable" else []:
        print(f"For sharing these stay as set: {', '.join(left)}. To change them: --audience internal.", file=sys.stderr)
    if result.table.empty:
        print("No rows.", file=sys.stderr)
    if result.snapshot.fictional:
        print("FICTIONAL data.", file=sys.stderr)
    if result.withheld:
        print(result.withheld, file=sys.stderr)
    return 0


def _unknown(result: store.Result) -> list[str]:
    """A sentence for every wave and place asked for that the snapshot does not know: its rows are empty for that reason alone."""
    waves, places = (store.ask(name, result.viewer, result.snapshot).table for name in ("waves", "places"))
    known = {level: places.loc[places["level"] == level, "code"].tolist() for level in ("region", "icb", "pcn")}
    known |= dict.fromkeys(("wave", "earlier", "before"), waves["wave_id"].unique().tolist())
    said = []
    for name in known.keys() & result.filters.keys():
        value, codes = result.filters[name], known[name]
        if value is not None and value not in codes:
            one = {"icb": "ICB", "pcn": "PCN", "region": "region"}.get(name, "wave")
            there = (
                f"There are: {', '.join(codes) or 'none'}." if one in ("wave", "region") else "To see which there are today: ask places."
            )
            said.append(f"This snapshot has no {one} {value!r}. {there}")
    return sorted(said)


def _filters(rest: list[str]) -> dict[str, str]:
    """--name value pairs as a dictionary. Raises ``AskError`` for anything else."""
    filters: dict[str, str] = {}
    words = [part for word in rest for part in (word.split("=", 1) if word.startswith("--") else [word])]
    if len(words) % 2:
        raise store.AskError(f"Expected pairs of --parameter value, got: {' '.join(rest)}")
    for name, value in zip(words[::2], words[1::2], strict=True):
        if not name.startswith("--"):
            raise store.AskError(f"Expected a parameter that starts with --, got {name!r}.")
        filters[name[2:].replace("-", "_")] = value
    return filters


def _print_table(table: pd.DataFrame, kind: str) -> None:
    if kind == "csv":
        sys.stdout.write(table.to_csv(index=False, lineterminator="\n"))
    elif kind == "json":
        print(table.to_json(orient="records", date_format="iso", indent=2, force_ascii=False))
    else:
        with pd.option_context("display.max_rows", None, "display.max_columns", None, "display.width", 250, "display.max_colwidth", 60):
            print(table.astype("object").where(table.notna(), "").to_string(index=False))


def _history(options: argparse.Namespace, _: list[str]) -> int:
    kept = history.listing()
    if not kept:
        raise store.NoSnapshot("No snapshot has been published yet. Run: python -m oversight build FOLDER")
    table = changed.kept(history.table(kept, store.Viewer()))
    _print_table(table[["snapshot_id", "published", "state", "fictional", "until", "responses", "files", "quarantined"]], options.format)
    return 0


def _back(options: argparse.Namespace, _: list[str]) -> int:
    before = snapshots.current(snapshots_folder())
    found = history.go_back(options.snapshot)
    print(f"Snapshot {found.snapshot_id} is the current one again{' (fictional)' if found.fictional else ''}.")
    if before:
        print(f"To undo this: python -m oversight back {before}")
    return 0


def _documents(_: argparse.Namespace, __: list[str]) -> int:
    from oversight import documents

    for path in documents.write_all():
        print(f"Wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
