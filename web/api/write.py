"""The half of the API that changes something: uploads, builds, jobs, names of topics."""

from __future__ import annotations

from typing import Any, cast

from flask import request

from litatlas.answers import JobAnswer, TopicPage
from litatlas.parts.naming.proposal_answers import ProposalsAnswer
from web import upload_forms
from web.api.operations import operation
from web.requests import BuildRequest, NoParameters, RenameRequest, WhoRequest
from web.site import atlas


class UploadAnswer(JobAnswer):
    """The first job of an upload, and all of them where several files came at once."""

    jobs: list[JobAnswer]


@operation("POST", "/collections/<name:name>/documents", UploadAnswer, status=202, body="upload")
def add_documents(_: NoParameters, name: str) -> UploadAnswer:
    """Upload files (multipart ``file``) into a collection; the answer is the job that adds them."""
    jobs = upload_forms.submit(name, request.files.getlist("file"), request.form)
    return cast(UploadAnswer, {**jobs[0], "jobs": jobs})


@operation("POST", "/builds", JobAnswer, request=BuildRequest, status=202, body="json")
def build(params: BuildRequest) -> JobAnswer:
    """Rebuild the topics of all collections and publish them."""
    return atlas().jobs.submit_build(**build_options(params))


def build_options(params: BuildRequest) -> dict[str, Any]:
    """The options of a build; what was left empty is left out."""
    levels = [int(size) for size in params.levels.split(",") if size]
    return {
        "levels": levels or None,
        "method": params.method,
        "base": params.base or None,
        "seed": params.seed,
        "preview": params.preview,
    }


@operation("POST", "/drafts/publish", JobAnswer, status=202, body="json")
def publish_draft(_: NoParameters) -> JobAnswer:
    """Publish the draft of a build with ``preview``."""
    return atlas().jobs.submit_publish()


@operation("POST", "/jobs/<id>/cancel", JobAnswer, body="json")
def cancel_job(_: NoParameters, id: str) -> JobAnswer:
    """Ask a job to stop."""
    return atlas().jobs.cancel(id)


@operation("PUT", "/topics/<id>/label", TopicPage, request=RenameRequest, body="json")
def rename_topic(params: RenameRequest, id: str) -> TopicPage:
    """Give a topic a name of your own; it is kept over rebuilds."""
    atlas().topics.rename(id, params.label, who=params.who)
    return atlas().topics.one(id)


@operation("GET", "/proposals", ProposalsAnswer)
def proposals(_: NoParameters) -> ProposalsAnswer:
    """The names that a language model proposed for topics, waiting for a decision."""
    return atlas().proposals.all()


@operation("POST", "/topics/<id>/proposal", ProposalsAnswer, body="json")
def propose_name(_: NoParameters, id: str) -> ProposalsAnswer:
    """Ask the language model of the setting ``llm`` for a name of a topic."""
    return atlas().proposals.make([id])


@operation("POST", "/topics/<id>/proposal/accept", TopicPage, request=WhoRequest, body="json")
def accept_proposal(params: WhoRequest, id: str) -> TopicPage:
    """Give a topic the proposed name and description."""
    atlas().proposals.accept(id, who=params.who)
    return atlas().topics.one(id)


@operation("DELETE", "/topics/<id>/proposal", ProposalsAnswer)
def refuse_proposal(_: NoParameters, id: str) -> ProposalsAnswer:
    """Throw the name proposed for a topic away; the answer is what still waits."""
    atlas().proposals.refuse(id)
    return atlas().proposals.all()
