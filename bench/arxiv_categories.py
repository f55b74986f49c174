"""arXiv's categories: code → (name, what arXiv says that it covers, in a few words)."""

from __future__ import annotations

_TABLE = """
astro-ph|Astrophysics|galaxies stars planets cosmology
astro-ph.CO|Cosmology and Nongalactic Astrophysics|cosmic microwave background dark matter dark energy
astro-ph.EP|Earth and Planetary Astrophysics|planets exoplanets asteroids comets solar system
astro-ph.GA|Astrophysics of Galaxies|galaxies Milky Way star clusters interstellar medium quasars galactic
astro-ph.HE|High Energy Astrophysical Phenomena|cosmic rays gamma ray X-rays supernovae neutron stars
astro-ph.IM|Instrumentation and Methods for Astrophysics|telescope detector data analysis
astro-ph.SR|Solar and Stellar Astrophysics|stars sun white dwarfs binaries star formation stellar evolution
cond-mat|Condensed Matter|solids materials
cond-mat.dis-nn|Disordered Systems and Neural Networks|glasses random localization
cond-mat.mes-hall|Mesoscale and Nanoscale Physics|quantum dots wires graphene nanotubes Hall effect
cond-mat.mtrl-sci|Materials Science|crystals structural phase transitions mechanical electronic properties
cond-mat.other|Other Condensed Matter|
cond-mat.quant-gas|Quantum Gases|ultracold atoms Bose-Einstein condensation Fermi optical lattices
cond-mat.soft|Soft Condensed Matter|membranes polymers liquid crystals glasses colloids granular
cond-mat.stat-mech|Statistical Mechanics|phase transitions thermodynamics nonequilibrium critical
cond-mat.str-el|Strongly Correlated Electrons|quantum magnetism spin liquids Mott insulator metal
cond-mat.supr-con|Superconductivity|superconductors vortex pairing
cs.AI|Artificial Intelligence|reasoning planning knowledge representation agents search
cs.AR|Hardware Architecture|processor memory circuits
cs.CC|Computational Complexity|complexity classes bounds
cs.CE|Computational Engineering, Finance, and Science|simulation modelling
cs.CG|Computational Geometry|geometric points polygons
cs.CL|Computation and Language|natural language processing text speech translation
cs.CR|Cryptography and Security|encryption authentication attacks privacy malware
cs.CV|Computer Vision and Pattern Recognition|image processing segmentation detection video
cs.CY|Computers and Society|ethics education policy
cs.DB|Databases|query data mining
cs.DC|Distributed, Parallel, and Cluster Computing|cloud fault tolerance parallel
cs.DL|Digital Libraries|bibliometrics citation documents
cs.DM|Discrete Mathematics|combinatorics graph theory
cs.DS|Data Structures and Algorithms|approximation graph algorithms
cs.ET|Emerging Technologies|nanoscale photonic quantum bio-inspired
cs.FL|Formal Languages and Automata Theory|grammars automata words
cs.GL|General Literature|
cs.GR|Graphics|rendering animation
cs.GT|Computer Science and Game Theory|mechanism design auction equilibrium games
cs.HC|Human-Computer Interaction|interfaces users
cs.IR|Information Retrieval|search recommendation indexing documents
cs.IT|Information Theory|coding channel codes capacity wireless
cs.LG|Machine Learning|supervised reinforcement deep learning neural networks classification
cs.LO|Logic in Computer Science|verification proof logics semantics
cs.MA|Multiagent Systems|agents cooperation
cs.MM|Multimedia|video audio
cs.MS|Mathematical Software|libraries
cs.NA|Numerical Analysis|numerical algorithms
cs.NE|Neural and Evolutionary Computing|neural networks genetic algorithms
cs.NI|Networking and Internet Architecture|network protocols routing traffic wireless
cs.OH|Other Computer Science|
cs.OS|Operating Systems|kernel scheduling
cs.PF|Performance|measurement queueing simulation
cs.PL|Programming Languages|program semantics types compilers
cs.RO|Robotics|robots motion manipulation
cs.SC|Symbolic Computation|computer algebra
cs.SD|Sound|audio speech music
cs.SE|Software Engineering|software testing development requirements
cs.SI|Social and Information Networks|social media communities online
cs.SY|Systems and Control|control design automatic
econ.EM|Econometrics|economic estimation inference
econ.GN|General Economics|economic markets
econ.TH|Theoretical Economics|mechanism choice contracts
eess.AS|Audio and Speech Processing|speech recognition audio
eess.IV|Image and Video Processing|imaging reconstruction
eess.SP|Signal Processing|signals sensing radar communications
eess.SY|Systems and Control|control design power systems
gr-qc|General Relativity and Quantum Cosmology|gravity gravitational waves black holes spacetime
hep-ex|High Energy Physics Experiment|particle collider decays
hep-lat|High Energy Physics Lattice|lattice gauge QCD
hep-ph|High Energy Physics Phenomenology|particle quark neutrino Higgs QCD
hep-th|High Energy Physics Theory|string supersymmetry field gauge
math-ph|Mathematical Physics|
math.AC|Commutative Algebra|rings modules ideals
math.AG|Algebraic Geometry|varieties schemes sheaves moduli curves
math.AP|Analysis of Partial Differential Equations|elliptic parabolic hyperbolic equations solutions
math.AT|Algebraic Topology|homotopy homological spaces
math.CA|Classical Analysis and Ordinary Differential Equations|special functions orthogonal polynomials
math.CO|Combinatorics|graph enumeration discrete
math.CT|Category Theory|categories topoi functors
math.CV|Complex Variables|holomorphic functions automorphic
math.DG|Differential Geometry|Riemannian manifolds contact complex curvature
math.DS|Dynamical Systems|flows dynamics ergodic
math.FA|Functional Analysis|Banach spaces operators function distributions integral transforms
math.GM|General Mathematics|
math.GN|General Topology|topological spaces continuum
math.GR|Group Theory|finite groups representation
math.GT|Geometric Topology|manifolds knots links foliations hyperbolic
math.HO|History and Overview|education
math.IT|Information Theory|coding channel codes capacity
math.KT|K-Theory and Homology|algebraic index
math.LO|Logic|set theory model theory proof computability
math.MG|Metric Geometry|Euclidean convex hyperbolic discrete
math.MP|Mathematical Physics|
math.NA|Numerical Analysis|numerical algorithms approximation computation
math.NT|Number Theory|prime numbers arithmetic Diophantine zeta modular forms
math.OA|Operator Algebras|von Neumann C*-algebras
math.OC|Optimization and Control|programming optimal control
math.PR|Probability|stochastic processes random limit theorems
math.QA|Quantum Algebra|quantum groups operads Hopf
math.RA|Rings and Algebras|non-commutative Lie lattices semigroups
math.RT|Representation Theory|representations of algebras and groups Lie
math.SG|Symplectic Geometry|Hamiltonian flows symplectic
math.SP|Spectral Theory|operators Schrodinger eigenvalues
math.ST|Statistics Theory|estimation tests asymptotics Bayesian
nlin.AO|Adaptation and Self-Organizing Systems|synchronization
nlin.CD|Chaotic Dynamics|chaos turbulence
nlin.CG|Cellular Automata and Lattice Gases|
nlin.PS|Pattern Formation and Solitons|nonlinear waves
nlin.SI|Exactly Solvable and Integrable Systems|integrable equations
nucl-ex|Nuclear Experiment|nuclei heavy ion collisions
nucl-th|Nuclear Theory|nuclei nuclear structure matter
physics.acc-ph|Accelerator Physics|beam
physics.ao-ph|Atmospheric and Oceanic Physics|climate weather ocean
physics.app-ph|Applied Physics|devices
physics.atom-ph|Atomic Physics|atoms spectra collisions
physics.bio-ph|Biological Physics|cell molecular biophysics
physics.chem-ph|Chemical Physics|molecules density functional
physics.class-ph|Classical Physics|mechanics electromagnetism
physics.comp-ph|Computational Physics|simulation
physics.data-an|Data Analysis, Statistics and Probability|
physics.ed-ph|Physics Education|students teaching
physics.flu-dyn|Fluid Dynamics|turbulence flow
physics.gen-ph|General Physics|
physics.geo-ph|Geophysics|seismic earthquakes
physics.hist-ph|History and Philosophy of Physics|
physics.ins-det|Instrumentation and Detectors|detector
physics.med-ph|Medical Physics|imaging radiation therapy
physics.optics|Optics|laser photonic light
physics.plasm-ph|Plasma Physics|plasma fusion
physics.soc-ph|Physics and Society|networks social dynamics
physics.space-ph|Space Physics|solar wind magnetosphere
q-bio.BM|Biomolecules|protein DNA RNA
q-bio.GN|Genomics|DNA sequencing genome
q-bio.MN|Molecular Networks|gene regulation signaling
q-bio.NC|Neurons and Cognition|neural brain behavior
q-bio.PE|Populations and Evolution|population dynamics epidemics phylogeny
q-bio.QM|Quantitative Methods|
q-fin.MF|Mathematical Finance|pricing
q-fin.PR|Pricing of Securities|options
q-fin.RM|Risk Management|risk
q-fin.ST|Statistical Finance|markets
quant-ph|Quantum Physics|quantum information computation entanglement
stat.AP|Applications|statistical
stat.CO|Computation|Monte Carlo simulation algorithms
stat.ME|Methodology|design survey model selection regression testing estimation
stat.ML|Machine Learning|classification clustering graphical models
acc-phys|Accelerator Physics|beam
adap-org|Adaptation and Self-Organizing Systems|synchronization
alg-geom|Algebraic Geometry|varieties schemes sheaves moduli curves
ao-sci|Atmospheric and Oceanic Sciences|climate weather ocean
atom-ph|Atomic Physics|atoms spectra collisions
chao-dyn|Chaotic Dynamics|chaos turbulence
chem-ph|Chemical Physics|molecules density functional
cmp-lg|Computation and Language|natural language processing text speech translation
comp-gas|Cellular Automata and Lattice Gases|
dg-ga|Differential Geometry|Riemannian manifolds contact complex curvature
funct-an|Functional Analysis|Banach spaces operators function distributions integral transforms
mtrl-th|Materials Theory|crystals
patt-sol|Pattern Formation and Solitons|nonlinear waves
physics.atm-clus|Atomic and Molecular Clusters|
physics.pop-ph|Popular Physics|
plasm-ph|Plasma Physics|plasma fusion
q-alg|Quantum Algebra|quantum groups operads Hopf
q-bio|Quantitative Biology|
q-bio.CB|Cell Behavior|cell signaling
q-bio.OT|Other Quantitative Biology|
q-bio.SC|Subcellular Processes|
q-bio.TO|Tissues and Organs|tumor blood flow
q-fin.CP|Computational Finance|Monte Carlo
q-fin.EC|Economics|
q-fin.GN|General Finance|
q-fin.PM|Portfolio Management|portfolio strategy
q-fin.TR|Trading and Market Microstructure|market
solv-int|Exactly Solvable and Integrable Systems|integrable equations
stat.OT|Other Statistics|
supr-con|Superconductivity|superconductors vortex pairing
stat.TH|Statistics Theory|estimation tests asymptotics Bayesian
"""

CATEGORIES: dict[str, tuple[str, str]] = {
    code: (name, scope) for code, name, scope in (line.split("|") for line in _TABLE.strip().splitlines())
}
