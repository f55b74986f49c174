"""Serving: HTTP that slow and greedy clients cannot stop, in processes that are replaced when they die.

- `lanes`: which requests wait behind which, and how many may.
- `http`: waitress with a bound for each address, deadlines, and connections that make room.
- `processes`: the processes of the web and of the jobs, started, watched and stopped.
- `learning_process`: a process beside each of the web's, which learns orders of reviews for it.
"""
