"""Jobs: builds of the topics and their drafts, and what becomes of uploads."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web import upload_forms
from web.api.write import build_options
from web.pages.blueprint import blueprint
from web.rendering import page
from web.rendering.atlas_map import MapDrawing
from web.requests import BuildPageRequest, JobsRequest, parse
from web.site import atlas

RUNNING = ("queued", "running")


@blueprint.get("/jobs")
def jobs() -> Response:
    """The latest jobs, or those of one upload: each file with its result and what failed."""
    ids = parse(JobsRequest, request.args).id
    rows = [atlas().jobs.one(id) for id in ids] if ids else atlas().jobs.all()
    return page(
        "jobs.html",
        of_upload=bool(ids),
        rows=[(job, upload_forms.outcomes(job), job["state"] in RUNNING) for job in rows],
        running=any(job["state"] in RUNNING for job in rows),
    )


@blueprint.get("/jobs/<id>")
def job(id: str) -> Response:
    """A job's progress; it refreshes itself without scripts too."""
    answer = atlas().jobs.one(id)
    previewed = answer["kind"] == "build" and answer["state"] == "done"
    return page(
        "job.html",
        job=answer,
        results=upload_forms.outcomes(answer),
        running=answer["state"] in RUNNING,
        draft=atlas().models.draft() if previewed else None,
    )


@blueprint.post("/jobs/<id>/cancel")
def cancel(id: str) -> AnyResponse:
    """Ask a job to stop; the answer is its page, or that of the jobs among which it was shown."""
    among = parse(JobsRequest, request.form).id
    atlas().jobs.cancel(id)
    return redirect("/jobs?" + urlencode({"id": among}, doseq=True) if among else f"/jobs/{quote(id)}", 303)


@blueprint.post("/builds")
def build() -> AnyResponse:
    """Build the topics anew."""
    params = parse(BuildPageRequest, request.form)
    names = 0 if params.preview or params.sure else atlas().models.names_at_stake()
    if names:
        return page("build.html", names=names, asked=params)
    job = atlas().jobs.submit_build(**build_options(params))
    return redirect(f"/jobs/{quote(job['id'])}", 303)


@blueprint.get("/draft")
def draft() -> Response:
    """What publishing the draft would change, topic by topic."""
    waiting = atlas().models.draft()
    changes, *maps = atlas().models.compared()
    before, after = map(MapDrawing, maps)
    gone = {topic["id"] for kind in ("gone", "split") for topic in changes[kind]}
    gone |= {was["id"] for topic in changes["merged"] for was in topic.get("sources", [])}
    new = {topic["id"] for kind in ("new", "merged", "moved") for topic in changes[kind]}
    new |= {part["id"] for topic in changes["split"] for part in topic.get("into", [])}
    drawn = (before.picture(gone) if before.cells else None, after.picture(new))
    return page("draft.html", draft=waiting, changes=changes, maps=drawn)


@blueprint.post("/models/back", endpoint="roll_back")
def roll_back() -> AnyResponse:
    """Go back to the topics before."""
    return redirect(f"/jobs/{quote(atlas().jobs.submit_roll_back()['id'])}", 303)


@blueprint.post("/drafts/publish", endpoint="publish_draft")
def publish_draft() -> AnyResponse:
    """Publish the topics that a previewed build left."""
    return redirect(f"/jobs/{quote(atlas().jobs.submit_publish()['id'])}", 303)


@blueprint.post("/drafts/discard", endpoint="discard_draft")
def discard_draft() -> AnyResponse:
    """Throw them away."""
    atlas().models.discard()
    return redirect("/collections", 303)
