"""`--since`: the option that `clean` and `learn` share."""

SINCE = "Leave out input files that RUN (its folder or manifest.json) has read and that have not changed. Repeatable."
