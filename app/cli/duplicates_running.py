"""What ``preau duplicates`` does, on the opened vault."""

from __future__ import annotations

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import InputError, Refused
from app.services.desk import Desk
from app.services.duplicates import merging, search
from app.services.duplicates.merging import MergePreview
from app.services.duplicates.search import Pair, Record


def run(*, uai: str | None, as_json: bool) -> None:
    """List the pairs, the surest first."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, uai).school_id if uai else None
            pairs = search.find_duplicates(found.desk, school_id=school_id)
        if not as_json:
            _print(pairs)
        return [_json(pair) for pair in pairs]

    carry_out(work, as_json=as_json)


def run_dismiss(*, one: str, other: str, as_json: bool) -> None:
    """Remember that they are two people."""

    def work() -> Json:
        with opened(write=True) as found:
            pair = _pair(found.desk, one, other)
            act = search.set_apart(found.desk, pair=pair)
        say(f"Noté : {pair.one.name} et {pair.other.name} ne sont pas la même personne.")
        return {"act_id": act.act_id, "one": pair.one.guardian_id, "other": pair.other.guardian_id}

    carry_out(work, as_json=as_json)


def run_merge(*, one: str, other: str, take: list[str] | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Group two records after a confirmation that says what changes."""

    def work() -> Json:
        with opened(write=not dry_run) as found:
            seen = merging.preview_merge(found.desk, pair=_pair(found.desk, one, other))
            chosen = _chosen(seen, take)
            if not dry_run:
                act_id = _merge(found.desk, seen, chosen, yes=yes)
        if dry_run:
            say(seen.blocked or " ".join(seen.consequences))
            return _preview(seen, chosen)
        say(f"Les deux fiches de {seen.kept_name} sont regroupées.")
        return {**_preview(seen, chosen), "act_id": act_id}

    carry_out(work, as_json=as_json)


def _merge(desk: Desk, seen: MergePreview, chosen: frozenset[str], *, yes: bool) -> str:
    if seen.blocked:
        raise Refused("merge_blocked", seen.blocked)
    confirm(seen.question, yes=yes)
    return merging.merge(desk, preview=seen, take=chosen).act_id


def _chosen(seen: MergePreview, take: list[str] | None) -> frozenset[str]:
    if take is None:
        return seen.proposed
    known = {choice.name for choice in seen.fields}
    if unknown := set(take) - known:
        raise InputError("field_unknown", f"Champ inconnu : {', '.join(sorted(unknown))}. Il y a {', '.join(known)}.")
    return frozenset(take)


def _pair(desk: Desk, one: str, other: str) -> Pair:
    return search.pair_of(desk, one_id=search.guardian_named(desk, one), other_id=search.guardian_named(desk, other))


def _print(pairs: tuple[Pair, ...]) -> None:
    if not pairs:
        say("Aucun responsable ne paraît avoir deux fiches.")
    for pair in pairs:
        say(f"{pair.likelihood.label} : {_words(pair.one)} — {_words(pair.other)}")
        for sentence in pair.speaks_for:
            say(f"  + {sentence}")
        for sentence in pair.speaks_against:
            say(f"  − {sentence}")


def _words(record: Record) -> str:
    return f"{record.name} ({record.login or record.guardian_id}, {record.school})"


def _json(pair: Pair) -> Json:
    return {
        "likelihood": pair.likelihood.value, "score": pair.score, "one": _record(pair.one), "other": _record(pair.other),
        "for": list(pair.speaks_for), "against": list(pair.speaks_against), "onde": list(pair.to_correct),
    }  # fmt: skip


def _record(record: Record) -> Json:
    return {
        "guardian_id": record.guardian_id, "account_id": record.account_id, "login": record.login, "name": record.name,
        "school": record.school,
    }  # fmt: skip


def _preview(seen: MergePreview, chosen: frozenset[str]) -> Json:
    return {
        "kept": seen.kept_id, "gone": seen.gone_id, "blocked": seen.blocked, "children": list(seen.children),
        "fields": {
            choice.name: {"kept": choice.kept, "other": choice.other, "takes_other": choice.name in chosen}
            for choice in seen.fields
        },
        "consequences": list(seen.consequences),
    }  # fmt: skip
