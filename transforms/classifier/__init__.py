"""The classifier behind `KeepMainContent`: features of blocks, learned trees, a rule, and explanations in words."""
