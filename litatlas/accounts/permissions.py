"""The one table of permissions: what each route needs, and what each role and each token's scope may do.

Routes, the API's description and the documentation read it; a route without an entry is refused to all but
keepers, and a test fails for it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

Permission = Literal["open", "read", "note", "add", "curate", "keep", "account"]

PERMISSIONS: MappingProxyType[str, str] = MappingProxyType(
    {
        "open": "Anybody, signed in or not: signing in, styles, the choice of a language, health.",
        "read": "Search, read, export, explore; everybody where `public_reading` is on.",
        "note": "Keep lists, search books, saved searches, notes and stars of their own.",
        "add": "Upload papers, harvest again, share their own collections.",
        "curate": "Name, describe and hide topics, judge them, split records, screen papers in reviews.",
        "keep": "Build and publish topics, remove, see everything, manage users, read the audit log.",
        "account": "Their own password, sessions and tokens; never by a token.",
    }
)
"""Every permission, and what it lets one do."""

Role = Literal["reader", "editor", "keeper"]
ROLES: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "reader": frozenset({"read", "note", "account"}),
        "editor": frozenset({"read", "note", "add", "curate", "account"}),
        "keeper": frozenset({"read", "note", "add", "curate", "keep", "account"}),
    }
)
"""What each role may do."""

SCOPES: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "read": frozenset({"read"}),
        "add": frozenset({"read", "add"}),
        "curate": frozenset({"read", "note", "curate"}),
        "keep": frozenset({"read", "note", "add", "curate", "keep"}),
    }
)
"""What a token of each scope may do, as far as its owner's role may."""


def _routes(permission: Permission, endpoints: str) -> dict[str, Permission]:
    return dict.fromkeys(endpoints.split(), permission)


ROUTES: MappingProxyType[str, Permission] = MappingProxyType(
    {
        **_routes("open", "healthz readyz assets.file pages.language"),
        **_routes("open", "accounts.sign_in accounts.signed_in accounts.sign_out accounts.reset"),
        **_routes("open", "accounts.set_password accounts.oidc accounts.oidc_back"),
        **_routes("read", "pages.home pages.search pages.search_feed pages.topic pages.topic_feed"),
        **_routes("read", "pages.document pages.cite pages.explore pages.explore_text pages.trends"),
        **_routes("read", "pages.bridges pages.quality pages.collections pages.collection pages.rejects"),
        **_routes("read", "pages.lists pages.reading_list pages.export_list pages.jobs pages.job"),
        **_routes("read", "pages.help pages.api pages.pdf api.pdf"),
        **_routes(
            "read", "api.translate api.search api.suggest api.explore api.topics api.topic api.points api.map"
        ),
        **_routes("read", "api.document api.similar api.collections api.collection api.coverage api.jobs"),
        **_routes("read", "api.job api.job_events api.quality api.trends api.bridges api.status api.export"),
        **_routes("read", "api.me api.openapi api.reading_lists api.reading_list"),
        **_routes("read", "pages.reviews pages.review pages.screen pages.conflicts pages.export_review"),
        **_routes("read", "pages.prisma api.reviews api.one_review api.next_paper api.review_rows"),
        **_routes("read", "api.review_conflicts api.stop_report api.review_agreement api.review_prisma"),
        **_routes("read", "api.export_review api.review_topics api.review_map"),
        **_routes("curate", "pages.new_review pages.add_to_review pages.plan_review pages.decide"),
        **_routes("curate", "pages.undo_decision pages.settle api.make_review api.change_plan"),
        **_routes("curate", "api.add_papers_to_review api.decide_paper api.undo_last api.settle_conflict"),
        **_routes("curate", "pages.import_decisions api.import_decisions"),
        **_routes("read", "pages.duplicates api.duplicate_pairs"),
        **_routes("curate", "pages.decide_pair pages.undo_pair pages.duplicates_table api.decide_pair"),
        **_routes("curate", "api.undo_pair api.duplicates_log pages.decide_group api.decide_group"),
        **_routes("note", "pages.save_search pages.remove_search pages.share_search pages.write_note"),
        **_routes("note", "pages.change_note pages.remove_note pages.share_note pages.mark_paper"),
        **_routes("note", "pages.marked_papers api.saved_searches api.save_search api.saved_search"),
        **_routes("note", "api.remove_search api.share_search api.notes api.notes_on_paper"),
        **_routes("note", "api.write_note api.change_note api.remove_note api.share_note"),
        **_routes("note", "api.marks_of_paper api.mark_paper api.marked_papers"),
        **_routes("read", "pages.books pages.book pages.book_run pages.frozen_search pages.book_diff"),
        **_routes("read", "pages.book_report api.book_report"),
        **_routes("read", "pages.export_book api.books api.one_book api.book_run api.line_ids"),
        **_routes("read", "api.line_papers api.frozen_run api.frozen_ids api.book_diff api.export_book"),
        **_routes("note", "pages.new_book pages.add_book_lines pages.replace_book_lines"),
        **_routes("note", "pages.set_book_line pages.remove_book_line pages.run_book pages.freeze_book"),
        **_routes("note", "pages.rename_book pages.remove_book accounts.share_book api.make_book"),
        **_routes("note", "api.change_book api.remove_book api.add_book_lines api.set_book_line"),
        **_routes(
            "note", "api.remove_book_line api.run_book api.freeze_run pages.answer_report api.answer_report"
        ),
        **_routes("note", "pages.keep pages.rename_list pages.take_from_list pages.remove_list"),
        **_routes("note", "api.make_list api.add_to_list api.remove_list accounts.share_list"),
        **_routes("add", "pages.new_collection pages.upload pages.refresh pages.remove_empty"),
        **_routes("add", "pages.stage_upload pages.preview pages.add_previewed pages.cancel"),
        **_routes("add", "api.add_documents api.cancel_job accounts.share_collection"),
        **_routes("curate", "pages.keep_name pages.drop_name"),
        **_routes("curate", "pages.rename pages.describe pages.hide pages.undo pages.assess pages.judge"),
        **_routes("curate", "pages.take_back pages.judgements"),
        **_routes("curate", "api.rename_topic api.judgements api.judge"),
        **_routes("keep", "pages.build pages.publish_draft pages.discard_draft pages.draft pages.roll_back"),
        **_routes(
            "keep", "api.build api.publish_draft metrics pages.health pages.proposals pages.propose_name"
        ),
        **_routes("keep", "pages.accept_name pages.refuse_name api.proposals api.propose_name"),
        **_routes("keep", "api.accept_proposal api.refuse_proposal"),
        **_routes("keep", "accounts.users accounts.change_users accounts.audit accounts.audit_log"),
        **_routes("account", "accounts.account accounts.change_account"),
    }
)
"""What each route, by its endpoint, needs."""


def permission_of(endpoint: str) -> Permission:
    """What a route needs; one that nobody entered is a keeper's."""
    return ROUTES.get(endpoint, "keep")
