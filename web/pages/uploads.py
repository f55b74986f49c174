"""The preview of an upload: its first records before anything is added."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.errors import LitatlasError
from web import upload_forms
from web.pages.blueprint import blueprint
from web.rendering import page
from web.requests import UploadRequest
from web.site import atlas


@blueprint.post("/uploads", endpoint="stage_upload")
def stage() -> AnyResponse:
    """Keep the files for a day and show what is in them."""
    name = request.form.get("collection", "")
    tokens = upload_forms.stage(name, request.files.getlist("file"))
    params, mapping = upload_forms.options(request.form)
    values = {
        "collection": name,
        "token": tokens,
        "format": params.format,
        "encoding": params.encoding,
        "private": "true" if request.form.get("private") == "true" else "",
    }
    values |= {f"map.{field}": column for field, column in mapping.items()}
    query = {key: value for key, value in values.items() if value}
    return redirect("/uploads?" + urlencode(query, doseq=True), 303)


@blueprint.get("/uploads")
def preview() -> Response:
    """The first records as they would be taken in, and the columns of a table to choose from."""
    params, mapping = upload_forms.options(request.args)
    files = [_file(token, params, mapping) for token in request.args.getlist("token")[:20]]
    headings = list(dict.fromkeys(c["heading"] for file in files for c in file["columns"] if c["heading"]))
    taken = {c["field"]: c["heading"] for file in files for c in file["columns"] if c["field"]}
    return page(
        "upload.html",
        collection=upload_forms.collection_name(request.args.get("collection", "")),
        files=files,
        headings=headings[:500],
        chosen={
            field: mapping.get(field) or taken.get(_OWN.get(field, field), "")
            for field in upload_forms.MAPPED
        },
        params=params,
        private=request.args.get("private") == "true",
        formats=atlas().reports.formats()["read"],
    )


_OWN = {"id": "source_id"}


def _file(token: str, params: UploadRequest, mapping: dict[str, str]) -> dict[str, Any]:
    path = atlas().uploads.file(token)
    entry: dict[str, Any] = {"token": token, "name": path.name, "records": [], "columns": [], "rejects": []}
    try:
        beginning = atlas().collections.preview(
            path, format=params.format or None, encoding=params.encoding or None, mapping=mapping
        )
        return {**entry, **beginning, "error": None}
    except LitatlasError as error:
        public = atlas().uploads.public
        return {
            **entry,
            "format": "",
            "error": {"message": public(error.message), "hint": public(error.hint)},
        }


@blueprint.post("/uploads/add", endpoint="add_previewed")
def add() -> AnyResponse:
    """Add what was previewed."""
    name = request.form.get("collection", "")
    jobs = upload_forms.submit_staged(name, request.form.getlist("token"), request.form)
    return redirect(upload_forms.page_of(jobs) if jobs else "/collections", 303)
