"""Takes jobs, and says what has become of them. The page `/` has a form for each of the two."""

from celery.result import AsyncResult
from fastapi import FastAPI
from pydantic import BaseModel

from jobs.tasks import count, queue

app = FastAPI(title="Jobs", docs_url="/")


class Text(BaseModel):
    text: str


@app.post("/jobs", status_code=202)
def enqueue(job: Text) -> dict[str, str]:
    return {"id": count.delay(job.text).id}


@app.get("/jobs/{job}")
def look(job: str) -> dict[str, object]:
    """`state` is Celery's: PENDING (also of a job that nobody knows), SUCCESS, FAILURE, …"""
    result = AsyncResult(job, app=queue)
    return {"state": result.state, "result": result.result if result.successful() else None}


@app.get("/healthz", include_in_schema=False)
def healthz() -> dict[str, str]:
    return {"status": "ok"}
