"""What errors about accounts and sharing say, so that pages can say it in the reader's language.

A sentence is known as it is raised; ``%(name)s`` is what is quoted in it, ``%(number)s`` a number.
"""

from __future__ import annotations

from flask_babel import lazy_gettext

SENTENCES = (
    lazy_gettext("There is no user %(name)s."),
    lazy_gettext("A group is named as group:NAME."),
    lazy_gettext("litatlas users list shows them all."),
    lazy_gettext("Nobody is in a group %(name)s."),
    lazy_gettext("The users page shows the groups; check the spelling."),
    lazy_gettext("There is a user %(name)s already."),
    lazy_gettext("Choose another name."),
    lazy_gettext("A user needs a name that is not empty and not too long."),
    lazy_gettext("A name of %(number)s characters is too long."),
    lazy_gettext("This name has invisible characters."),
    lazy_gettext("This name has no letter that it could begin with."),
    lazy_gettext("A name has no comma: commas separate names."),
    lazy_gettext(
        "A name has 1 to %(number)s letters, digits and marks, without spaces around it: "
        "ada, ada@example.org."
    ),
    lazy_gettext("%(name)s is the last keeper."),
    lazy_gettext("Make another user a keeper first."),
    lazy_gettext("The current password is wrong."),
    lazy_gettext("Type it again."),
    lazy_gettext("A password has %(number)s to 500 characters."),
    lazy_gettext("Several words make a good one."),
    lazy_gettext("Only the owner of this collection and keepers can set who sees it."),
    lazy_gettext("This list is not yours."),
    lazy_gettext("Its owner or a keeper can set who sees it."),
    lazy_gettext("This list belongs to another user."),
    lazy_gettext("Keep the papers in a list of your own."),
    lazy_gettext("This belongs to another user."),
    lazy_gettext("Keep one of your own."),
    lazy_gettext("There is no such list."),
    lazy_gettext("There is no such note."),
    lazy_gettext("There is no such saved search."),
    lazy_gettext("It was removed, or its address is incomplete."),
    lazy_gettext("There is no collection %(name)s."),
    lazy_gettext("The collections page lists them."),
    lazy_gettext("The name or the password is wrong."),
    lazy_gettext("Try again."),
    lazy_gettext("Too many attempts to sign in."),
    lazy_gettext("Wait some minutes, then try again."),
    lazy_gettext("Passwords are not accepted here."),
    lazy_gettext("Sign in the other way that is offered."),
    lazy_gettext("This link was already used, or has expired."),
    lazy_gettext("Ask a keeper for another."),
    lazy_gettext("The user of this link was removed."),
    lazy_gettext("Ask a keeper."),
    lazy_gettext("This account may not use this atlas."),
    lazy_gettext("Ask its keepers to let one of your groups in."),
    lazy_gettext("You are not signed in."),
    lazy_gettext("Sign in first."),
    lazy_gettext("Your account may not do this."),
    lazy_gettext("A keeper of this atlas can give you another role."),
    lazy_gettext("This form has expired, or was not sent from a page of this atlas."),
    lazy_gettext("Open the page again and repeat it there. Programs use a token."),
    lazy_gettext("The token's name is too long."),
    lazy_gettext("At most %(number)s characters."),
)
