from pathlib import Path

from app.models.acts import *
from app.server.database import Database
from tests.sim.world import World, template_vault


def test_two(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/s.db")
    db.create_if_empty()
    w = World(seed=1, database=db, folder=tmp_path, template=template_vault(tmp_path))
    sid = w.add_school("0310001H")
    a, b = w.add_pc(sid), w.add_pc(sid)
    from app.services import imports
    from app.services.onde.decode import SourceFile

    S = Path("/work/shared/reference/onde-samples")
    fs = [SourceFile.read(S / "be1d-responsables.csv"), SourceFile.read(S / "be1d-eleves.csv")]
    for pc in (a, b):
        imports.commit(pc.desk, preview=imports.preview(pc.desk, school_id=sid, files=fs))
    import time

    t = time.time()
    print(a.engine.run_once(sid), time.time() - t)
    t = time.time()
    print(b.engine.run_once(sid), time.time() - t)
    t = time.time()
    print(a.engine.run_once(sid), time.time() - t)
    for tb in ("pupils", "guardians", "accounts", "reviews", "aliases", "acts"):
        print(tb, len(a.rows(tb)), len(b.rows(tb)), len(w.server_rows(tb, sid)))
        key = lambda r: r["id"]
        assert sorted(a.rows(tb), key=key) == sorted(b.rows(tb), key=key) == sorted(w.server_rows(tb, sid), key=key)
    print([x["login"] for x in a.rows("accounts")][:10])
    print([r for r in a.rows("reviews")][:3])
    w.close()
