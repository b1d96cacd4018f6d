"""Brings the database's schema up to date: applies each file of migrations/ once, in order."""

from pathlib import Path

from shop.database import connect


def migrate() -> None:
    with connect() as database:
        # One migration at a time, should two deployments meet.
        database.run("select pg_advisory_lock(1)")
        database.run(
            "create table if not exists migration (name text primary key, applied_at timestamptz default now())"
        )
        applied = {row[0] for row in database.run("select name from migration")}
        for file in sorted(Path("migrations").glob("*.sql")):
            if file.name not in applied:
                database.run("begin")
                for statement in filter(str.strip, file.read_text().split(";")):
                    database.run(statement)
                database.run("insert into migration (name) values (:name)", name=file.name)
                database.run("commit")
                print(f"applied {file.name}", flush=True)
    print("the schema is up to date", flush=True)


if __name__ == "__main__":
    migrate()
