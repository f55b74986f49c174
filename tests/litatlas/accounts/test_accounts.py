"""Users, groups, passwords, secrets, tokens and what is shared with whom, on one atlas without papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.library.library import Token
from litatlas.accounts import passwords, secrets
from litatlas.accounts.names import key_of, user_name
from litatlas.accounts.permissions import PERMISSIONS, ROLES, ROUTES, SCOPES, permission_of
from litatlas.accounts.reader import EVERYBODY, NOBODY, PUBLIC, Reader, person, program
from litatlas.accounts.sight import Sight
from litatlas.atlas import Atlas
from litatlas.errors import (
    ForbiddenError,
    InputError,
    LitatlasError,
    NotFoundError,
    UnauthorizedError,
)
from litatlas.settings import Settings
from litatlas.vocabulary import MAX_PASSWORD, MAX_TOKEN_DAYS, MAX_TOKEN_NAME, MAX_USER_NAME, MIN_PASSWORD
from tests.papers import papers, write

PASSWORD = "a password of some words"
USERS = {"kim": "keeper", "ada": "editor", "bo": "reader", "eve": "editor"}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """Collections: "open", "ada's" (private, shared with bo and the group lab), "old" (private, nobody's)."""
    folder = tmp_path_factory.mktemp("accounts")
    with Atlas(Settings(home=folder / "home", processes=1, accounts="on")) as atlas:
        for name, role in USERS.items():
            atlas.accounts.add(name, role, groups=["lab"] if name == "eve" else [])
        for number, name in enumerate(("open", "ada's", "old")):
            atlas.collections.add([write(folder / f"{number}.jsonl", papers(3, prefix=f"n{number}-"))], name)
        atlas.library.share_collection("old", private=True, owner=None)
        atlas.library.share_collection("ada's", private=True, owner=atlas.accounts.named("ada").number)
        as_user(atlas, "ada").collections.share("ada's", private=True, users=["bo"], groups=["lab"])
        yield atlas


def as_user(atlas: Atlas, name: str) -> Atlas:
    return atlas.seen_by(person(atlas.accounts.named(name)))


# -- names ---------------------------------------------------------------------------------------------------


@given(st.text(max_size=100))
@settings(deadline=None)
def test_a_name_that_is_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        name = user_name(text)
    except InputError:
        return
    assert user_name(name) == name
    assert 0 < len(name) <= MAX_USER_NAME
    assert name.isprintable()
    assert "," not in name
    assert key_of(name) == key_of(f" {name.casefold()} ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * (4 * MAX_USER_NAME + 1), "A name of 321 characters is too long."),
        (" " * 4 * MAX_USER_NAME, "A user needs a name that is not empty"),
        ("x" * (MAX_USER_NAME + 1), "not too long"),
        ("a\u00a0b", "invisible"),
        ("a\u2003b", "invisible"),
        ("a\ue000b", "invisible"),
        ("\u0301a", "no letter that it could begin with"),
        ("...", "no letter"),
        ("a,b", "comma"),
        ("Group:lab", "how a group is named"),
    ],
)
def test_each_name_is_refused_for_its_own_reason(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        user_name(text)
    assert said in refused.value.message
    assert refused.value.hint.startswith("A name has 1 to 80 letters, digits and marks")
    assert refused.value.hint.endswith("ada@example.org.")


@pytest.mark.parametrize(
    "name", ["x" * MAX_USER_NAME, "7", "a b", "e\u0301" * MAX_USER_NAME, "नमस्ते", ".a", "-1"]
)
def test_names_at_the_bounds_are_taken(name: str) -> None:
    assert len(user_name(f"  {name}  ")) <= MAX_USER_NAME


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("ﬁn", "FIN"), ("Ａｄａ", " ada "), ("Ω", "Ω"), ("É", "e\u0301")],
)
def test_users_who_would_look_alike_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)
    assert key_of(one) != key_of(one + "x")


# -- secrets and passwords -----------------------------------------------------------------------------------


def test_a_token_is_known_by_its_beginning() -> None:
    id, token = secrets.fresh_token()
    assert secrets.token_id(token) == id
    assert token.startswith(f"{id}_")
    assert id.startswith(secrets.TOKEN_PREFIX)
    assert len(secrets.fresh()) >= 43, "256 bits"
    assert len({secrets.fresh() for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "token", ["", "lit_", "lit_0123456789ab", "lit_0123456789abX", "xit_0123456789ab_s", "_"]
)
def test_what_is_no_token_has_no_beginning(token: str) -> None:
    assert secrets.token_id(token) == ""


@given(st.text(max_size=30), st.text(max_size=30))
@settings(deadline=None)
def test_secrets_are_compared_and_kept_whatever_is_in_them(one: str, other: str) -> None:
    if "\ud800" <= max(one + other, default="") <= "\udfff":
        return
    assert secrets.same(one, one)
    assert secrets.same(one, other) == (one == other)
    assert (secrets.hashed(one) == secrets.hashed(other)) == (one == other)
    assert secrets.form_token(one) != secrets.hashed(one)


def test_times_are_utc_and_in_order_as_texts() -> None:
    times = [secrets.in_days(days) for days in (-1, 0, 0.5, 2, 400)]
    assert times == sorted(times)
    assert all(time.endswith("+00:00") for time in times)
    left = datetime.fromisoformat(secrets.in_days(2)) - datetime.now(UTC)
    assert timedelta(days=1.9) < left <= timedelta(days=2)


@pytest.mark.parametrize("password", [PASSWORD, "пароль из слов", "\ud800 half a sign", "x" * MAX_PASSWORD])
def test_a_password_matches_itself_alone(password: str) -> None:
    kept = passwords.encoded(passwords.checked(password))
    assert kept.startswith("$argon2id$")
    assert password not in kept
    assert passwords.encoded(password) != kept, "salted"
    assert passwords.matches(password, kept)
    for other in (password + "x", password[:-1], "", password.swapcase() + " "):
        assert not passwords.matches(other, kept)
    for nothing in ("", "no hash", kept[:-5]):
        assert not passwords.matches(password, nothing)


def test_nobodys_password_is_none() -> None:
    assert not passwords.matches("\0 no user has this password", "")


@pytest.mark.parametrize("length", [0, 9, MAX_PASSWORD + 1])
def test_passwords_have_bounds(length: int) -> None:
    with pytest.raises(InputError, match="10 to 500") as refused:
        passwords.checked("x" * length)
    assert refused.value.hint
    assert passwords.checked("x" * MIN_PASSWORD)


# -- permissions and readers ---------------------------------------------------------------------------------


def test_roles_grow_and_no_token_touches_an_account() -> None:
    assert ROLES["reader"] < ROLES["editor"] < ROLES["keeper"] == set(PERMISSIONS) - {"open"}
    assert all(scope <= ROLES["keeper"] - {"account"} and "read" in scope for scope in SCOPES.values())
    assert SCOPES["read"] == {"read"}
    assert set(ROUTES.values()) <= set(PERMISSIONS)


def test_a_route_that_nobody_entered_is_a_keepers() -> None:
    assert permission_of("pages.invented_tomorrow") == "keep"
    for endpoint, wanted in {
        "healthz": "open", "pages.search": "read", "api.make_list": "note", "api.add_documents": "add",
        "api.decide_paper": "curate", "accounts.audit": "keep", "accounts.change_account": "account",
    }.items():  # fmt: skip
        assert permission_of(endpoint) == wanted


def test_what_everybody_the_public_and_nobody_may() -> None:
    assert [reader.can("open") for reader in (EVERYBODY, PUBLIC, NOBODY)] == [True] * 3
    assert [reader.can("read") for reader in (EVERYBODY, PUBLIC, NOBODY)] == [True, True, False]
    assert [reader.can("keep") for reader in (EVERYBODY, PUBLIC, NOBODY)] == [True, False, False]
    assert not EVERYBODY.can("account"), "nobody is signed in"
    assert [reader.sees_all for reader in (EVERYBODY, PUBLIC, NOBODY)] == [True, False, False]
    assert not any(reader.is_person or reader.grantees for reader in (EVERYBODY, PUBLIC, NOBODY))


def test_a_program_may_what_scope_and_role_share(atlas: Atlas) -> None:
    for name, role in USERS.items():
        user = atlas.accounts.named(name)
        for scope, granted in SCOPES.items():
            reader = program(user, (scope,), "lit_x")
            assert reader.may == granted & ROLES[role]
            assert reader.sees_all == (role == "keeper")
        assert program(user, (), "lit_x").may == program(user, ("gone",), "lit_x").may == frozenset()
        assert program(user, tuple(SCOPES), "lit_x").may == ROLES[role] - {"account"}
    stranger = person(replace(atlas.accounts.named("bo"), role="invented"))
    assert stranger.may == frozenset()


def test_who_is_written_into_the_audit_log(atlas: Atlas) -> None:
    user = atlas.accounts.named("eve")
    assert person(user).who == "eve"
    assert program(user, ("read",), "lit_x").who == "eve (lit_x)"
    assert person(user).grantees == (f"user:{user.number}", "group:lab")


# -- sight and sharing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("kim", {"open", "ada's", "old"}),
        ("ada", {"open", "ada's"}),
        ("bo", {"open", "ada's"}),
        ("eve", {"open", "ada's"}),
        ("", {"open"}),
    ],
)
def test_what_each_sees(atlas: Atlas, name: str, seen: set[str]) -> None:
    reader = person(atlas.accounts.named(name)) if name else PUBLIC
    sight, view = Sight(atlas.library, reader), atlas.seen_by(reader)
    assert {row["name"] for row in view.collections.all()} == seen
    among = frozenset({"open", "old", "nosuch"})
    chosen = sight.collections(among)
    assert chosen == (among if name == "kim" else {"open"})
    for collection in ("open", "ada's", "old"):
        assert sight.sees(collection) == (collection in seen)
        ids = [row.id for row in atlas.library.documents(collection)]
        if collection in seen:
            assert sight.paper(ids[0]).id
        else:
            with pytest.raises(NotFoundError) as hidden:
                sight.paper(ids[0])
            with pytest.raises(NotFoundError) as absent:
                sight.paper("nosuch")
            assert hidden.value.hint == absent.value.hint
            with pytest.raises(NotFoundError) as refused:
                sight.check(collection)
            assert collection in refused.value.message


@pytest.mark.parametrize(
    ("name", "collection", "error"),
    [
        ("kim", "old", None),
        ("ada", "ada's", None),
        ("ada", " ada's ", None),
        ("ada", "new", None),
        ("ada", "open", None),
        ("bo", "ada's", ForbiddenError),
        ("bo", "old", InputError),
        ("ada", " old", InputError),
    ],
)
def test_who_may_change_a_collection(
    atlas: Atlas, name: str, collection: str, error: type[LitatlasError] | None
) -> None:
    sight = Sight(atlas.library, person(atlas.accounts.named(name)))
    if error is None:
        sight.check_change(collection)
        return
    with pytest.raises(error) as refused:
        sight.check_change(collection)
    assert refused.value.hint
    assert "private" not in refused.value.message or error is ForbiddenError, "what is hidden is not told"


def test_what_is_nobodys_is_the_keepers(atlas: Atlas) -> None:
    number = atlas.accounts.named("ada").number
    sights = {name: Sight(atlas.library, person(atlas.accounts.named(name))) for name in ("kim", "ada", "bo")}
    assert [sight.owns(None) for sight in sights.values()] == [True, True, True]
    assert [sight.owns_surely(None) for sight in sights.values()] == [True, False, False]
    assert [sight.owns(number) for sight in sights.values()] == [True, True, False]
    assert [sight.owns_surely(number) for sight in sights.values()] == [True, True, False]
    assert not Sight(atlas.library, Reader()).owns_surely(None)


def test_what_is_shared_is_said_in_names_and_only_by_its_owner(atlas: Atlas) -> None:
    said = as_user(atlas, "bo").collections.sharing("ada's")
    assert (said["private"], said["owner"], said["users"], said["groups"], said["mine"]) == (
        True, "ada", ["bo"], ["lab"], False,
    )  # fmt: skip
    assert as_user(atlas, "ada").collections.sharing("ada's")["mine"]
    for name in ("bo", "eve"):
        with pytest.raises(ForbiddenError):
            as_user(atlas, name).collections.share("ada's", private=False)
    with pytest.raises(NotFoundError):
        as_user(atlas, "bo").collections.share("old", private=False)
    with pytest.raises(NotFoundError, match="no user 'zoe'") as refused:
        as_user(atlas, "ada").collections.share("ada's", private=True, users=["bo", "zoe"])
    assert "group:NAME" in refused.value.hint
    with pytest.raises(InputError):
        as_user(atlas, "ada").collections.share("ada's", private=True, groups=[" "])
    assert as_user(atlas, "bo").collections.sharing("ada's") == said, "a part of it is not kept"


def test_shared_twice_with_one_is_shared_once(atlas: Atlas) -> None:
    mine = as_user(atlas, "ada")
    id = mine.lists.make("Shared")
    mine.lists.share(id, private=True, users=["bo", "BO", " bo "], groups=["lab", " lab"])
    said = mine.lists.sharing(id)
    assert (said["users"], said["groups"]) == (["bo"], ["lab"])
    assert [head["id"] for head in as_user(atlas, "bo").lists.all()] == [id]
    assert not as_user(atlas, "bo").lists.is_mine(id)
    with pytest.raises(ForbiddenError):
        as_user(atlas, "bo").lists.rename(id, "Mine now")
    mine.lists.share(id, private=True)
    assert as_user(atlas, "bo").lists.all() == []
    with pytest.raises(NotFoundError):
        as_user(atlas, "bo").lists.one(id)
    mine.lists.remove(id)


# -- users and tokens ----------------------------------------------------------------------------------------


def test_groups_are_names_however_they_are_given(atlas: Atlas) -> None:
    accounts = atlas.accounts
    for wrong in ("", "a,b", "\u202elab", "x" * 81):
        with pytest.raises(InputError):
            accounts.set_groups("bo", ["good", wrong])
        with pytest.raises(InputError):
            accounts.add("new", "reader", groups=["good", wrong])
    assert accounts.named("bo").groups == ()
    with pytest.raises(NotFoundError):
        accounts.named("new")
    accounts.set_groups("bo", [" team ", "team", "other"])
    assert list(accounts.named("bo").groups) == ["team", "other"]
    accounts.set_groups("bo", [])


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("ADA", "reader", ""), ("zed", "owner", ""), ("zed", "reader", "short"), ("", "reader", "")],
)
def test_users_that_cannot_be_made_leave_nothing(atlas: Atlas, name: str, role: str, password: str) -> None:
    before = atlas.accounts.all()
    with pytest.raises(InputError) as refused:
        atlas.accounts.add(name, role, password)
    assert refused.value.hint
    assert atlas.accounts.all() == before


def test_a_link_sets_a_password_once(atlas: Atlas) -> None:
    accounts = atlas.accounts
    secret = accounts.reset_link("bo")
    assert accounts.user_of_reset(secret) == "bo"
    with pytest.raises(InputError):
        accounts.use_reset(secret, "short")
    with pytest.raises(UnauthorizedError):
        accounts.of_token(secret)  # a link is no token
    session = accounts.start_session(accounts.named("bo"), "test")
    assert accounts.use_reset(secret, PASSWORD) == "bo"
    assert accounts.of_session(session) is None, "who set the password may be another"
    for used in (secret, secret[:-1], "", "lit_000000000000_x"):
        with pytest.raises(NotFoundError, match="already used"):
            accounts.use_reset(used, PASSWORD)
    assert accounts.of_session(accounts.sign_in(" BO ", PASSWORD, "::1")) == person(accounts.named("bo"))


@pytest.mark.parametrize(
    ("scopes", "days", "name"),
    [
        ([], 1, ""),
        ([" "], 1, ""),
        (["read", "all"], 1, ""),
        (["read"], 0, ""),
        (["read"], MAX_TOKEN_DAYS + 1, ""),
        (["read"], 1, "x" * (MAX_TOKEN_NAME + 1)),
        (["read"], 1, "a\u202eb"),
    ],
)
def test_tokens_that_cannot_be_made(atlas: Atlas, scopes: list[str], days: int, name: str) -> None:
    with pytest.raises(InputError) as refused:
        atlas.accounts.make_token("ada", name, scopes, days)
    assert refused.value.hint
    assert atlas.accounts.tokens("ada") == []


def test_a_token_is_listed_without_its_secret_and_ends(atlas: Atlas) -> None:
    accounts = atlas.accounts
    made, secret = accounts.make_token("eve", " my \n script ", ["read", "read", " add "], MAX_TOKEN_DAYS)
    (listed,) = accounts.tokens("eve")
    assert (listed["name"], listed["scopes"], listed["ended"]) == ("my script", ["read", "add"], False)
    assert secret not in str(listed)
    assert accounts.of_token(secret).may == {"read", "add"}
    with pytest.raises(NotFoundError):
        accounts.revoke_token(made["id"], "ada")
    owner = accounts.named("eve").number
    ended = ("lit_000000000001", "lit_000000000001_secret")
    atlas.library.add_token(
        Token(ended[0], secrets.hashed(ended[1]), owner, "token", "", ("read",), "", "", secrets.in_days(-1))
    )
    with pytest.raises(UnauthorizedError, match="expired"):
        accounts.of_token(ended[1])
    assert [row["ended"] for row in accounts.tokens("eve") if row["id"] == ended[0]] == [True]
    accounts.revoke_token(made["id"], "eve")
    with pytest.raises(UnauthorizedError, match="not known"):
        accounts.of_token(secret)


def test_what_was_done_is_told_newest_first_in_pages_and_bounded(atlas: Atlas) -> None:
    accounts = atlas.accounts
    for number in range(5):
        accounts.record("tried", f"{number}" + "x" * 600, who="Ada", long="y" * 3_000)
    latest = accounts.audit(limit=3)
    assert [row["subject"][0] for row in latest] == ["4", "3", "2"]
    assert [row["subject"][0] for row in accounts.audit(limit=2, before=latest[-1]["number"])] == ["1", "0"]
    assert (len(latest[0]["subject"]), len(latest[0]["detail"])) == (500, 2_000)
    numbers = [row["number"] for row in accounts.audit_log()]
    assert numbers == sorted(numbers)
    assert numbers[-1] == latest[0]["number"]


def test_an_account_from_elsewhere_takes_a_name_that_is_free(atlas: Atlas) -> None:
    accounts = atlas.accounts
    first = accounts.known_from_outside("https://id.example", "1", "Ada", ["lab", "lab", "", "x" * 300])
    assert (first.name, first.groups) == ("Ada 2", ("lab",))
    assert accounts.known_from_outside("https://id.example", "1", "Other", []).name == "Ada 2"
    odd = accounts.known_from_outside("https://id.example", "2", "\u202e", [])
    assert odd.name.startswith("user ")
    assert user_name(odd.name) == odd.name
    longest = accounts.known_from_outside("https://id.example", "3", "y" * 80, [])
    again = accounts.known_from_outside("https://id.example", "4", "y" * 80, [])
    assert (len(longest.name), again.name) == (80, f"{'y' * 70} 2")
    for user in (first, odd, longest, again):
        accounts.remove(user.name)


UNKEPT = {"half of a pair": "\ud800", "a NUL": "a\0b", "nothing": "", "too long": "s" * 401}


@pytest.mark.parametrize("kind", UNKEPT)
def test_an_account_from_elsewhere_that_no_database_can_keep_is_refused(atlas: Atlas, kind: str) -> None:
    before = atlas.accounts.all()
    with pytest.raises(ForbiddenError, match="cannot be kept"):
        atlas.accounts.known_from_outside("https://id.example", UNKEPT[kind], "Odd", [])
    assert atlas.accounts.all() == before


def test_groups_from_elsewhere_that_no_database_can_keep_are_left_out(atlas: Atlas) -> None:
    user = atlas.accounts.known_from_outside("https://id.example", "9", "Odd", ["lab", "\ud800", "n\0"])
    assert user.groups == ("lab",)
    user = atlas.accounts.known_from_outside("https://id.example", "9", "Odd", ["\udfff", "optics"])
    assert user.groups == ("optics",)
    atlas.accounts.remove(user.name)


def test_what_a_removed_user_owned_is_the_keepers(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path / "home", processes=1, accounts="on")) as atlas:
        atlas.accounts.add("kim", "keeper")
        atlas.accounts.add("ada", "editor")
        as_user(atlas, "ada").collections.begin("hers", private=True)
        id = as_user(atlas, "ada").lists.make("Hers")
        token = atlas.accounts.make_token("ada", "", ["read"], 1)[1]
        atlas.accounts.remove("ada")
        with pytest.raises(UnauthorizedError):
            atlas.accounts.of_token(token)
        assert as_user(atlas, "kim").lists.is_mine(id)
        assert as_user(atlas, "kim").collections.sharing("hers")["owner"] == ""
        atlas.accounts.add("ada", "editor")  # another of that name
        assert [row["name"] for row in as_user(atlas, "ada").collections.all()] == []
        with pytest.raises(InputError):
            atlas.accounts.remove("kim")
