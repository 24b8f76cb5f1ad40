"""Time out of other tools: one reader, and a map per tool as data (`tools/*.toml`).

`shapes` are the maps, a tool's and the company's own; `records` what a file holds; `times`, `durations` and `plain`
read single values; `rows` makes of each record a row that can be placed, or says why it cannot; `netting` takes
corrections off. Whose a row is, and whether it is there already, is not known here.
"""
