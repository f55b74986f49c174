"""The front door: settings, the Atlas facade, the command line and background jobs.

In the order of the flow:

- ``settings``, ``errors``: what an atlas is told, and what it says when it cannot go on
- ``atlas``: `Atlas` opens, searches, explores, and has its parts as attributes
- ``parts/``: one file for each of those attributes
- ``generation/``: what is live, and how it changes
- ``answers``: the shapes of the answers; ``vocabulary``: what every door may offer
- ``uploads``: files on their way in; ``query_file``: a file as the query; ``citation_styles``: how to cite
- ``operations/``: logs
- ``accounts/``: who asks, and what they may see; ``maintenance/``: backups, migrations, another database
- ``cli/``: the command line; ``notebook``: how an atlas shows itself there
- ``server``, ``serving/``, ``worker``: serving, and running the jobs; ``doctor``, ``demo``
- ``client/``: an atlas on another machine
"""

__version__ = "0.1.0"
