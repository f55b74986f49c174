"""Strategies after the manner of published reviews, their meanings by hand, and the pieces to be named."""

from __future__ import annotations

from tests.search.query.plain_meaning import Meaning

RCT = ("type", "randomized controlled trial")

STRATEGIES: list[tuple[str, str, Meaning, list[str]]] = [
    # --- PubMed
    ("pubmed", "asthma[Title]", ("ti", "asthma"), []),
    (
        "pubmed",
        '"heart attack"[tiab] OR infarct*[tiab]',
        ("or", ("tiab", "heart attack"), ("tiab", "infarct*")),
        [],
    ),
    ("pubmed", "heart attack[ti]", ("ti", "heart attack"), []),
    ("pubmed", '"Stroke"[Mesh:NoExp] OR stroke[tw]', ("or", ("tag", "Stroke"), ("all", "stroke")), []),
    (
        "pubmed",
        '"Asthma"[Mesh] AND wheez*[tiab]',
        ("and", ("tag", "Asthma"), ("tiab", "wheez*")),
        ['"Asthma"[Mesh]'],
    ),
    (
        "pubmed",
        "asthma[tiab] OR wheeze[tiab] AND child*[tiab] NOT adult[tiab]",  # from left to right
        (
            "not",
            ("and", ("or", ("tiab", "asthma"), ("tiab", "wheeze")), ("tiab", "child*")),
            ("tiab", "adult"),
        ),
        [],
    ),
    (
        "pubmed",
        "randomized controlled trial[pt] OR randomized[tiab] NOT (animals[mh:noexp] NOT humans[mh:noexp])",
        ("not", ("or", RCT, ("tiab", "randomized")), ("not", ("tag", "animals"), ("tag", "humans"))),
        [],
    ),
    ("pubmed", '"gait training"[tiab:~2]', ("near", "tiab", 2, False, ["gait"], ["training"]), []),
    (
        "pubmed",
        'asthma[ti] AND ("2000/01/01"[dp] : "2010/12/31"[dp])',
        ("and", ("ti", "asthma"), ("year", 2000, 2010)),
        [],
    ),
    (
        "pubmed",
        "asthma[ti] AND 2005:3000[dp] AND english[la]",
        ("and", ("ti", "asthma"), ("year", 2005, None), ("lang", "en")),
        [],
    ),
    (
        "pubmed",
        "#1 asthma[ti]\n#2 wheez*[ti]\n#3 #1 OR #2\n#4 #3 AND english[la]",
        ("and", ("or", ("ti", "asthma"), ("ti", "wheez*")), ("lang", "en")),
        [],
    ),
    ("pubmed", "asthma[tiab] AND Boston[ad]", ("tiab", "asthma"), ["Boston[ad]"]),
    (
        "pubmed",
        "asthma[majr] AND free full text[sb]",
        ("tag", "asthma"),
        ["asthma[majr]", "free full text[sb]"],
    ),
    (
        "pubmed",
        "(sleep[ti]OR insomnia[ti])AND apnea[ti]",
        ("and", ("or", ("ti", "sleep"), ("ti", "insomnia")), ("ti", "apnea")),
        [],
    ),
    # --- Ovid
    ("ovid", "asthma.ti,ab.", ("tiab", "asthma"), []),
    ("ovid", "exp Asthma/ or asthma$.tw.", ("or", ("tag", "Asthma"), ("tiab", "asthma*")), ["exp Asthma/"]),
    ("ovid", "Asthma/ and child*.mp.", ("and", ("tag", "Asthma"), ("all", "child*")), []),
    (
        "ovid",
        "(heart or cardiac) adj3 (failure or arrest$).ti.",
        ("near", "ti", 2, False, ["heart", "cardiac"], ["failure", "arrest*"]),
        [],
    ),
    ("ovid", "(myocardial adj infarct*).ab.", ("near", "ab", 0, True, ["myocardial"], ["infarct*"]), []),
    (
        "ovid",
        "p?ediatric.tw. or wom#n.tw. or an?emia.kf.",
        ("or", ("tiab", "p?ediatric"), ("tiab", "wom#n"), ("kw", "an?emia")),
        [],
    ),
    (
        "ovid",
        "quality of life.ti. not (letter or editorial).pt.",
        ("not", ("ti", "quality of life"), ("or", ("type", "letter"), ("type", "editorial"))),
        [],
    ),
    (
        "ovid",
        "1 exp Stroke/  12345\n2 (stroke or apoplex*).ti,ab.  2,345\n"
        '3 or/1-2  13000\n4 limit 3 to (english language and yr="2005 -Current")  800',
        (
            "and",
            ("or", ("tag", "Stroke"), ("tiab", "stroke"), ("tiab", "apoplex*")),
            ("lang", "en"),
            ("year", 2005, None),
        ),
        ["exp Stroke/"],
    ),
    (
        "ovid",
        "1 asthma.ti. 2 wheez*.ti. 3 1 or 2 4 limit 3 to english language",
        ("and", ("or", ("ti", "asthma"), ("ti", "wheez*")), ("lang", "en")),
        [],
    ),
    (
        "ovid",
        "1. randomized controlled trial.pt.\n2. controlled clinical trial.pt.\n3. placebo.ab.\n"
        "4. 1 or 2 or 3\n5. animals/ not humans/\n6. 4 not 5",
        (
            "not",
            ("or", RCT, ("type", "controlled clinical trial"), ("ab", "placebo")),
            ("not", ("tag", "animals"), ("tag", "humans")),
        ),
        [],
    ),
    (
        "ovid",
        "*Asthma/dt and salbutamol.tw.",
        ("and", ("tag", "Asthma"), ("tiab", "salbutamol")),
        ["*Asthma/dt"],
    ),
    (
        "ovid",
        "cat$1.ti. or dog*2.ti.",
        ("or", ("ti", "cat"), ("ti", "cat#"), ("ti", "dog"), ("ti", "dog#"), ("ti", "dog##")),
        [],
    ),
    (
        "ovid",
        "((heart adj2 failure) or (renal adj3 insufficien*)).ti.",
        (
            "or",
            ("near", "ti", 1, False, ["heart"], ["failure"]),
            ("near", "ti", 2, False, ["renal"], ["insufficien*"]),
        ),
        [],
    ),
    # --- Embase
    (
        "embase",
        "'heart attack'/exp OR 'heart attack':ti,ab",
        ("or", ("tag", "heart attack"), ("tiab", "heart attack")),
        ["'heart attack'/exp"],
    ),
    (
        "embase",
        "'asthma'/de AND (child* OR infant):ti",
        ("and", ("tag", "asthma"), ("or", ("ti", "child*"), ("ti", "infant"))),
        [],
    ),
    (
        "embase",
        "(sleep NEAR/3 (apnea OR apnoea)):ti,ab",
        ("near", "tiab", 2, False, ["sleep"], ["apnea", "apnoea"]),
        [],
    ),
    (
        "embase",
        "(breast NEXT/2 cancer*):ti AND [english]/lim AND [2000-2010]/py",
        ("and", ("near", "ti", 1, True, ["breast"], ["cancer*"]), ("lang", "en"), ("year", 2000, 2010)),
        [],
    ),
    ("embase", "tumo$r:ti,ab,kw OR wom?n:ti", ("or", ("all", "tumo?r"), ("ti", "wom#n")), []),
    (
        "embase",
        "'asthma'/exp/mj NOT [conference abstract]/lim",
        ("tag", "asthma"),
        ["'asthma'/exp/mj", "[conference abstract]/lim"],
    ),
    # --- the Cochrane Library
    (
        "cochrane",
        "#1 [mh ^Asthma]\n#2 (asthma* or wheez*):ti,ab,kw\n#3 #1 or #2",
        ("or", ("tag", "Asthma"), ("all", "asthma*"), ("all", "wheez*")),
        [],
    ),
    ("cochrane", "MeSH descriptor: [Stroke] this term only", ("tag", "Stroke"), []),
    (
        "cochrane",
        "#1 MeSH descriptor: [Stroke] explode all trees\n#2 stroke:ti\n#3 {or #1-#2}",
        ("or", ("tag", "Stroke"), ("ti", "stroke")),
        ["MeSH descriptor: [Stroke] explode all trees"],
    ),
    (
        "cochrane",
        "(sleep near/3 apnea):ti,ab or (hip next fracture*):ti",
        (
            "or",
            ("near", "tiab", 3, False, ["sleep"], ["apnea"]),
            ("near", "ti", 0, True, ["hip"], ["fracture*"]),
        ),
        ["sleep near/3 apnea"],
    ),
    # --- Web of Science
    ("wos", 'TS=("heart attack" OR infarct*)', ("or", ("all", "heart attack"), ("all", "infarct*")), []),
    (
        "wos",
        "TI=(graph OR network) AND AB=embedding",
        ("and", ("or", ("ti", "graph"), ("ti", "network")), ("ab", "embedding")),
        [],
    ),
    (
        "wos",
        'TS=(carbon NEAR/5 "climate change")',
        ("near", "all", 5, False, ["carbon"], ["climate change"]),
        [],
    ),
    (
        "wos",
        "TI=solar cell OR TI=wind AND TI=farm",
        ("or", ("and", ("ti", "solar"), ("ti", "cell")), ("and", ("ti", "wind"), ("ti", "farm"))),
        [],
    ),
    (
        "wos",
        "TI=(behavio$r) AND PY=(2000-2010) AND LA=(English)",
        ("and", ("ti", "behavio?r"), ("year", 2000, 2010), ("lang", "en")),
        [],
    ),
    (
        "wos",
        "#1 TS=(asthma)\n#2 TS=(steroid*)\n#3 #1 AND #2",
        ("and", ("all", "asthma"), ("all", "steroid*")),
        [],
    ),
    ("wos", "TS=(asthma) AND AD=(Boston)", ("all", "asthma"), ["AD=(Boston"]),
    # --- Scopus
    (
        "scopus",
        'TITLE-ABS-KEY("heart attack" AND stroke)',
        ("and", ("all", "heart attack"), ("all", "stroke")),
        [],
    ),
    (
        "scopus",
        "TITLE(graph) AND ABS(network W/3 flow)",
        ("and", ("ti", "graph"), ("near", "ab", 3, False, ["network"], ["flow"])),
        [],
    ),
    (
        "scopus",
        "TITLE(graph OR network AND flow)",
        ("and", ("or", ("ti", "graph"), ("ti", "network")), ("ti", "flow")),
        [],
    ),
    (
        "scopus",
        "TITLE(heart PRE/2 attack*) AND PUBYEAR > 2004 AND PUBYEAR < 2016",
        ("and", ("near", "ti", 2, True, ["heart"], ["attack*"]), ("year", 2005, None), ("year", None, 2015)),
        [],
    ),
    (
        "scopus",
        'KEY(asthma) AND NOT TITLE(adult) AND (LIMIT-TO(LANGUAGE, "English"))',
        ("and", ("not", ("kw", "asthma"), ("ti", "adult")), ("lang", "en")),
        [],
    ),
    ("scopus", 'TITLE(asthma) AND EXCLUDE(DOCTYPE, "re")', ("ti", "asthma"), ['EXCLUDE(DOCTYPE, "re")']),
    # --- EBSCO
    ("ebsco", 'TI "heart attack" OR AB infarct*', ("or", ("ti", "heart attack"), ("ab", "infarct*")), []),
    (
        "ebsco",
        '(MH "Asthma") AND TI ( child* OR infant )',
        ("and", ("tag", "Asthma"), ("or", ("ti", "child*"), ("ti", "infant"))),
        [],
    ),
    ("ebsco", '(MH "Stroke+") OR TI stroke', ("or", ("tag", "Stroke"), ("ti", "stroke")), ['MH "Stroke+"']),
    (
        "ebsco",
        "AB (nurs* N3 burnout) OR TI (work W2 stress)",
        (
            "or",
            ("near", "ab", 3, False, ["nurs*"], ["burnout"]),
            ("near", "ti", 2, True, ["work"], ["stress"]),
        ),
        [],
    ),
    (
        "ebsco",
        'S1 TI "sleep apnea"\nS2 AB snor*\nS3 S1 AND S2',
        ("and", ("ti", "sleep apnea"), ("ab", "snor*")),
        [],
    ),
    # --- ProQuest
    (
        "proquest",
        "ti(asthma) AND ab(wheez* OR cough)",
        ("and", ("ti", "asthma"), ("or", ("ab", "wheez*"), ("ab", "cough"))),
        [],
    ),
    (
        "proquest",
        'MESH.EXACT("Asthma") OR ti,ab(asthma N/3 child*)',
        ("or", ("tag", "Asthma"), ("near", "tiab", 3, False, ["asthma"], ["child*"])),
        [],
    ),
    (
        "proquest",
        'noft("quality of life") AND yr(2000-2010)',
        ("and", ("all", "quality of life"), ("year", 2000, 2010)),
        [],
    ),
    (
        "proquest",
        'MAINSUBJECT.EXACT.EXPLODE("Anxiety") NOT ti(animal)',
        ("not", ("tag", "Anxiety"), ("ti", "animal")),
        ['MAINSUBJECT.EXACT.EXPLODE("Anxiety")'],
    ),
]
