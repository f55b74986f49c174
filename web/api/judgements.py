"""Judgements of the topics in the API."""

from __future__ import annotations

from typing import TypedDict

from litatlas.answers import JudgementAnswer
from web.api.operations import operation
from web.requests import JudgeRequest, NoParameters
from web.site import atlas


class JudgementsAnswer(TypedDict):
    """All judgements."""

    judgements: list[JudgementAnswer]


class JudgedAnswer(TypedDict):
    """The number of the judgement that was kept."""

    number: int


@operation("GET", "/judgements", JudgementsAnswer)
def judgements(_: NoParameters) -> JudgementsAnswer:
    """People's judgements of the topics."""
    return {"judgements": atlas().judgements.all()}


@operation("POST", "/judgements", JudgedAnswer, request=JudgeRequest, status=201, body="json")
def judge(params: JudgeRequest) -> JudgedAnswer:
    """Judge whether a paper, a child or a label belongs to a topic."""
    number = atlas().judgements.judge(params.kind, params.topic, params.subject, params.value, who=params.who)
    return {"number": number}
