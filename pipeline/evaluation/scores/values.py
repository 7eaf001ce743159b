"""What scoring says: figures that carry their interval, their number of cases and their failures."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.core.models import Value
from pipeline.evaluation.cases import Stage
from pipeline.evaluation.statistics import Finding, Interval


class Figure(Value):
    """A number with what must be read with it: `macro-F1 0.71 [0.66, 0.75], n 240, failures 3`."""

    name: str
    value: float | None
    """None where nothing can be said, such as the precision of a label that was never answered."""
    low: float | None = None
    high: float | None = None
    """Ends of the 95 % interval; None where none is given."""
    n: int
    """Cases."""
    repeats: int = 1
    failures: int = 0
    """Answers that failed."""
    of: str = ""
    """What it is a figure of, in words."""

    @classmethod
    def make(
        cls,
        name: str,
        value: float | None,
        interval: Interval | None,
        *,
        n: int,
        repeats: int = 1,
        failures: int = 0,
        of: str = "",
    ) -> Figure:
        """Return a figure rounded to six decimals: the same bytes wherever it is computed."""
        low, high = interval or (None, None)
        return cls(
            name=name,
            value=tidy(value),
            low=tidy(low),
            high=tidy(high),
            n=n,
            repeats=repeats,
            failures=failures,
            of=of,
        )

    def __str__(self) -> str:
        value = "-" if self.value is None else f"{self.value:.2f}"
        interval = "" if self.low is None or self.high is None else f" [{self.low:.2f}, {self.high:.2f}]"
        repeats = f" x {self.repeats}" if self.repeats > 1 else ""
        return f"{self.name} {value}{interval}, n {self.n}{repeats}, failures {self.failures}"


class ClassScore(Value):
    """How one label fared; counts are averaged over repeats."""

    label: str
    gold: float
    answered: float
    right: float
    f1: Figure
    precision: Figure
    recall: Figure


class Confusion(Value):
    """How often each gold label got each answer; counts are averaged over repeats."""

    gold: tuple[str, ...]
    answers: tuple[str, ...]
    """Labels; `failure` is the last."""
    counts: tuple[tuple[float, ...], ...]
    """A row for each gold label."""


class Bin(Value):
    """Answers of about the same confidence."""

    confidence: float
    """Mean of it."""
    right: float
    """Share of right answers."""
    low: float
    high: float
    answers: float


class RiskPoint(Value):
    """What is left when only answers of at least this confidence are taken."""

    confidence: float
    coverage: float
    """Share of all cases; a failure is never covered."""
    risk: float
    """Share of wrong answers among those taken."""


class Costs(Value):
    """Money, time and tokens, for each case answered once."""

    dollars: float | None
    """None when the price is unknown."""
    seconds: Figure
    tokens_in: float
    tokens_out: float
    calls: float
    cached: int
    """Answers taken from a cache, of all: they cost nothing and took no time."""
    total_dollars: float | None


class SourceScore(Value):
    """Figures of the cases that came from one source."""

    source: str
    figures: tuple[Figure, ...]


class Scores(Value):
    """Everything that the answers of one variant say on one suite; the first figure is the headline."""

    variant: str
    """Its id."""
    name: str
    stage: Stage
    scorer: str
    cases: int
    repeats: int
    clusters: int
    failures: dict[str, int]
    """Answers that failed, by reason."""
    figures: tuple[Figure, ...]
    classes: tuple[ClassScore, ...] = ()
    confusion: Confusion | None = None
    calibration: tuple[Bin, ...] = ()
    risk: tuple[RiskPoint, ...] = ()
    sources: tuple[SourceScore, ...] = ()
    costs: Costs

    @property
    def headline(self) -> Figure:
        """The figure that decides."""
        return self.figures[0]

    def figure(self, name: str) -> Figure | None:
        """Return a figure by its name, if the stage has it."""
        return find_figure(self.figures, name)


class Comparison(Value):
    """One figure of two variants on the same cases: the variant less the baseline."""

    figure: str
    difference: float
    low: float | None
    high: float | None
    p: float | None
    """None where no test is made."""
    corrected_p: float | None
    """Holm's, over all variants compared with the baseline."""
    exact_p: float | None = None
    """Of a test that decides by mid-p: its exact p, not corrected, which errs on the side of finding nothing."""
    test: str
    detectable: float | None
    """The smallest difference that would be found four times in five."""
    differing: int
    """Clusters that tell the two apart."""
    finding: Finding
    sentence: str


class Control(Value):
    """Cases that the baseline gets right every time: what a new variant may break."""

    cases: int
    lost: tuple[str, ...]
    """Cases that the variant does not get right every time; of articles, one entry for each claim."""

    @property
    def kept(self) -> int:
        """How many stayed right."""
        return self.cases - len(self.lost)

    def __str__(self) -> str:
        if not self.cases:
            return "Control set: empty, the baseline gets no case right every time."
        return f"Control set: {self.kept} of {self.cases} cases that the baseline gets right stayed right."


class Pairing(Value):
    """A variant compared with the baseline, case by case."""

    baseline: str
    variant: str
    """Ids of the two."""
    cases: int
    clusters: int
    compared: int
    """How many variants are compared with the baseline."""
    figures: tuple[Comparison, ...]
    sources: tuple[tuple[str, Comparison], ...] = ()
    """The headline's difference by source: to look at, not to decide by."""
    fixed: tuple[str, ...] = ()
    """Cases that the variant gets right more often."""
    broken: tuple[str, ...] = ()
    """Cases that the baseline gets right more often."""
    control: Control
    uninformative: tuple[str, ...] = ()
    """Why this evaluation can show nothing; empty when it can."""
    cautions: tuple[str, ...] = ()

    @property
    def headline(self) -> Comparison:
        """The comparison that decides."""
        return self.figures[0]


def find_figure(figures: Iterable[Figure], name: str) -> Figure | None:
    """Return the figure of a name, if it is there."""
    return next((figure for figure in figures if figure.name == name), None)


def tidy(value: float | None) -> float | None:
    """Round to six decimals; None for what is not a number."""
    return None if value is None or value != value else round(float(value), 6) + 0.0
