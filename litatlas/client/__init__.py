"""An atlas elsewhere: ``remote`` asks a server's API what one here would be asked."""
