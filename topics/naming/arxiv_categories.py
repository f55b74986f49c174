"""Short names of arXiv's categories: their codes mark papers well but name no topic."""

from __future__ import annotations

_TABLE = """
astro-ph: Astrophysics; astro-ph.CO: Cosmology; astro-ph.EP: Planetary astrophysics; astro-ph.GA: Galaxies
astro-ph.HE: High-energy astrophysics; astro-ph.IM: Astronomical instruments; astro-ph.SR: Stars
cond-mat: Condensed matter; cond-mat.dis-nn: Disordered systems; cond-mat.mes-hall: Mesoscale physics
cond-mat.mtrl-sci: Materials science; cond-mat.quant-gas: Quantum gases; cond-mat.soft: Soft matter
cond-mat.stat-mech: Statistical mechanics; cond-mat.str-el: Strongly correlated electrons
cond-mat.supr-con: Superconductivity; cs.AI: Artificial intelligence; cs.AR: Hardware architecture
cs.CC: Computational complexity; cs.CE: Computational engineering; cs.CG: Computational geometry
cs.CL: Natural language processing; cs.CR: Cryptography; cs.CV: Computer vision; cs.CY: Computers and society
cs.DB: Databases; cs.DC: Distributed computing; cs.DL: Digital libraries; cs.DM: Discrete mathematics
cs.DS: Data structures; cs.FL: Automata theory; cs.GR: Computer graphics; cs.GT: Game theory
cs.HC: Human-computer interaction; cs.IR: Information retrieval; cs.IT: Information theory
cs.LG: Machine learning; cs.LO: Logic; cs.MA: Multi-agent systems; cs.MM: Multimedia
cs.MS: Mathematical software; cs.NA: Numerical analysis; cs.NE: Evolutionary computing
cs.NI: Computer networks; cs.OS: Operating systems; cs.PL: Programming languages; cs.RO: Robotics
cs.SC: Computer algebra; cs.SD: Sound; cs.SE: Software engineering; cs.SI: Social networks
cs.SY: Control systems; econ.EM: Econometrics; econ.GN: Economics; econ.TH: Theoretical economics
eess.AS: Speech processing; eess.IV: Image processing; eess.SP: Signal processing; eess.SY: Control systems
gr-qc: General relativity; hep-ex: Particle experiments; hep-lat: Lattice gauge theory
hep-ph: Particle phenomenology; hep-th: High-energy theory; math-ph: Mathematical physics
math.AC: Commutative algebra; math.AG: Algebraic geometry; math.AP: Partial differential equations
math.AT: Algebraic topology; math.CA: Classical analysis; math.CO: Combinatorics; math.CT: Category theory
math.CV: Complex variables; math.DG: Differential geometry; math.DS: Dynamical systems
math.FA: Functional analysis; math.GN: General topology; math.GR: Group theory; math.GT: Geometric topology
math.HO: History of mathematics; math.IT: Information theory; math.KT: K-theory; math.LO: Logic
math.MG: Metric geometry; math.MP: Mathematical physics; math.NA: Numerical analysis; math.NT: Number theory
math.OA: Operator algebras; math.OC: Optimization and control; math.PR: Probability; math.QA: Quantum algebra
math.RA: Rings and algebras; math.RT: Representation theory; math.SG: Symplectic geometry
math.SP: Spectral theory; math.ST: Statistics; nlin.AO: Self-organizing systems; nlin.CD: Chaotic dynamics
nlin.CG: Cellular automata; nlin.PS: Pattern formation; nlin.SI: Integrable systems
nucl-ex: Nuclear experiments; nucl-th: Nuclear theory; physics.acc-ph: Accelerator physics
physics.ao-ph: Atmospheric physics; physics.atom-ph: Atomic physics; physics.bio-ph: Biological physics
physics.chem-ph: Chemical physics; physics.class-ph: Classical physics; physics.ed-ph: Physics education
physics.flu-dyn: Fluid dynamics; physics.geo-ph: Geophysics; physics.ins-det: Detectors
physics.med-ph: Medical physics; physics.optics: Optics; physics.plasm-ph: Plasma physics
physics.soc-ph: Physics and society; physics.space-ph: Space physics; q-bio.BM: Biomolecules
q-bio.GN: Genomics; q-bio.MN: Molecular networks; q-bio.NC: Neuroscience; q-bio.PE: Population biology
q-fin.MF: Mathematical finance; q-fin.PM: Portfolio management; q-fin.PR: Option pricing
q-fin.RM: Risk management; q-fin.ST: Statistical finance; q-fin.TR: Market microstructure
quant-ph: Quantum physics; stat.AP: Applied statistics; stat.CO: Computational statistics
stat.ME: Statistical methods; stat.ML: Machine learning; stat.TH: Statistics
"""

_ENTRIES = _TABLE.replace("\n", ";").split(";")
CATEGORY_NAMES: dict[str, str] = dict(entry.strip().split(": ") for entry in _ENTRIES if entry.strip())
"""Code → one to three words."""
