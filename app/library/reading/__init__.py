"""Questions by key to a library: nodes, branches, and the facts about a code."""
