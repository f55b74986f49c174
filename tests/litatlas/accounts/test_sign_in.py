"""Who a password, a session, a token or a group lets in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.accounts.reader import person
from litatlas.atlas import Atlas
from litatlas.errors import ForbiddenError, TooManyError, UnauthorizedError
from litatlas.settings import Settings

PASSWORD = "a password of some words"
ISSUER = "https://issuer.example"


def settings(folder: Path) -> Settings:
    roles = "staff=editor,heads=keeper"
    return Settings(home=folder / "home", processes=1, accounts="on", default_role="none", group_roles=roles)


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    with Atlas(settings(tmp_path)) as opened:
        opened.accounts.add("kim", "keeper", PASSWORD)
        opened.accounts.add("ann", "reader", PASSWORD)
        yield opened


def test_a_password_opens_a_session_and_a_wrong_one_does_not(atlas: Atlas) -> None:
    accounts = atlas.accounts
    secret = accounts.sign_in("Ann", PASSWORD, "127.0.0.1")
    reader = accounts.of_session(secret)
    assert reader is not None
    assert reader.who == "ann"
    for name, password in (("ann", "another"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(UnauthorizedError, match="name or the password is wrong"):
            accounts.sign_in(name, password, "127.0.0.2")
    accounts.sign_out(secret)
    assert accounts.of_session(secret) is None


def test_ten_wrong_passwords_of_a_name_and_a_hundred_of_an_address_are_enough(atlas: Atlas) -> None:
    for _ in range(10):
        with pytest.raises(UnauthorizedError):
            atlas.accounts.sign_in("ann", "wrong", "127.0.0.1")
    with pytest.raises(TooManyError) as error:
        atlas.accounts.sign_in("ann", PASSWORD, "127.0.0.9")
    assert 1 <= error.value.retry_after <= 301
    assert atlas.accounts.sign_in("kim", PASSWORD, "127.0.0.1")


def test_a_token_is_of_a_user_who_is_there(atlas: Atlas) -> None:
    made = atlas.accounts.make_token("ann", "mine", ["read"], 1)[1]
    assert atlas.accounts.of_token(made).who.startswith("ann")
    ann = atlas.library.user("ann")
    assert ann is not None
    (token,) = atlas.library.tokens(ann.number)
    assert token.used
    for text in ("", "nothing", made[:-1]):
        with pytest.raises(UnauthorizedError, match="not known"):
            atlas.accounts.of_token(text)
    atlas.accounts.remove("ann")
    with pytest.raises(UnauthorizedError, match="not known"):
        atlas.accounts.of_token(made)


def test_all_sessions_but_one_are_ended(atlas: Atlas) -> None:
    own, *others = [atlas.accounts.sign_in("ann", PASSWORD, "127.0.0.1") for _ in range(3)]
    ann = atlas.library.user("ann")
    assert ann is not None
    accounts = atlas.seen_by(person(ann)).accounts
    assert accounts.sign_out_everywhere(but=own) == 2
    assert accounts.of_session(own) is not None
    assert [accounts.of_session(secret) for secret in others] == [None, None]
    with pytest.raises(UnauthorizedError, match="not signed in"):
        atlas.accounts.sign_out_everywhere()


def test_groups_give_roles_and_take_them_away(atlas: Atlas) -> None:
    accounts = atlas.accounts

    def known(*groups: str) -> Any:
        return accounts.known_from_outside(ISSUER, "1", "Eve", groups)

    with pytest.raises(ForbiddenError, match="may not use"):
        known("others")
    made = known("staff", "others", "staff")
    assert (made.role, made.groups) == ("editor", ("staff", "others"))
    assert known("staff", "heads").role == "keeper"
    assert known("staff", "others").role == "editor"
    session = accounts.start_session(known("staff"), "test")
    accounts.make_token(made.name, "mine", ["read"], 1)
    assert accounts.of_session(session) is not None
    with pytest.raises(ForbiddenError, match="may not use"):
        known()
    assert accounts.of_session(session) is None
    assert atlas.library.tokens(made.number) == []


def test_the_last_keeper_stays_one(tmp_path: Path) -> None:
    with Atlas(settings(tmp_path)) as atlas:
        atlas.accounts.known_from_outside(ISSUER, "1", "Eve", ["heads", "old"])
        left = atlas.accounts.known_from_outside(ISSUER, "1", "Eve", ["staff"])
        assert (left.role, set(left.groups)) == ("keeper", {"staff", "heads"})


def test_a_role_given_by_hand_outlives_groups_that_give_none(atlas: Atlas) -> None:
    made = atlas.accounts.known_from_outside(ISSUER, "1", "Eve", ["staff"])
    atlas.accounts.set_role(made.name, "keeper")
    assert atlas.accounts.known_from_outside(ISSUER, "1", "Eve", ["others"]).role == "keeper"


def test_a_subject_is_kept_whole_or_refused(atlas: Atlas) -> None:
    longest = "s" * 400
    assert atlas.accounts.known_from_outside(ISSUER, longest, "Eve", ["staff"]).subject == longest
    for subject in ("", longest + "s", "\0"):
        with pytest.raises(ForbiddenError, match="cannot be kept"):
            atlas.accounts.known_from_outside(ISSUER, subject, "Eve", ["staff"])
