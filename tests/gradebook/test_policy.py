"""Late policy, the attempt that counts, adjustments: what holds for all values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.gradebook.policy import Adjustment, Attempt, LatePolicy, adjusted, after_late, counting, grade_of

DUE = datetime(2026, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=1)))
relaxed = settings(deadline=None)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

moments = st.timedeltas(timedelta(0), timedelta(days=1000)).map(lambda after: datetime(2025, 1, 1, tzinfo=UTC) + after)
percents = st.floats(0, 100)
policies = st.builds(
    LatePolicy,
    due=st.none() | moments,
    grace=st.timedeltas(timedelta(0), timedelta(days=3)),
    percent_per_day=percents,
    at_most=percents,
)


def attempt(score: float | None, handed_in: datetime | None = None, number: int = 1, **changes) -> Attempt:
    fields = {"file": "a.py", "recorded": DUE, "status": "ungraded" if score is None else "graded", "max_score": 10.0}
    return Attempt(number=number, handed_in=handed_in, score=score, **(fields | changes))


attempts = st.lists(
    st.builds(attempt, st.none() | st.integers(0, 100).map(lambda n: n / 10), st.none() | moments), max_size=6
)


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (-DAY, 0),
        (timedelta(0), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=15) + SECOND, 1),
        (DAY, 1),
        (DAY + timedelta(minutes=15), 1),
        (DAY + timedelta(minutes=15) + SECOND, 2),
        (10 * DAY, 10),
    ],
)
def test_each_day_begun_after_due_time_and_grace_counts(late: timedelta, days: int) -> None:
    """Quarter of an hour of grace, in another time zone than that of the due time."""
    policy = LatePolicy(due=DUE, grace=timedelta(minutes=15), percent_per_day=10, at_most=50)
    handed_in = (DUE + late).astimezone(UTC)
    assert policy.days(handed_in) == days
    assert policy.deduction(handed_in, 10, 20) == min(days * 2, 10)


@relaxed
@given(policies, st.floats(0, 100))
def test_an_unknown_time_is_never_late(policy: LatePolicy, score: float) -> None:
    assert policy.days(None) == 0
    assert policy.deduction(None, score, 100) == 0


@relaxed
@given(moments, st.floats(0, 100), percents, percents)
def test_without_a_due_time_nothing_is_late(handed_in, score, per_day, at_most) -> None:
    assert LatePolicy(percent_per_day=per_day, at_most=at_most).deduction(handed_in, score, 100) == 0


@relaxed
@given(policies, moments, st.floats(0, 100))
def test_a_deduction_stays_between_nothing_and_the_bounds(
    policy: LatePolicy, handed_in: datetime, score: float
) -> None:
    deduction = policy.deduction(handed_in, score, 100)
    assert 0 <= deduction <= round(min(score, policy.at_most), 6)


@relaxed
@given(policies, moments, st.timedeltas(timedelta(0), timedelta(days=900)), st.floats(0, 100))
def test_later_is_never_cheaper(policy: LatePolicy, handed_in: datetime, more: timedelta, score: float) -> None:
    assert policy.deduction(handed_in, score, 100) <= policy.deduction(handed_in + more, score, 100)


@relaxed
@given(policies.filter(lambda policy: policy.due is not None), st.integers(0, 1000))
def test_days_are_those_begun(policy: LatePolicy, days: int) -> None:
    end = policy.due + policy.grace + days * DAY
    assert policy.days(end) == days
    assert policy.days(end + SECOND) == days + 1


@relaxed
@given(attempts, policies)
def test_the_best_attempt_is_worth_as_much_as_any(found: list[Attempt], policy: LatePolicy) -> None:
    graded = [one for one in found if one.score is not None]
    best = counting(found, "best", policy)
    assert (best is None) == (not graded)
    assert all(after_late(one, policy) <= after_late(best, policy) for one in graded)


@relaxed
@given(attempts, policies)
def test_of_equally_good_attempts_the_first_counts(found: list[Attempt], policy: LatePolicy) -> None:
    best = counting(found, "best", policy)
    if best is not None:
        before = found[: next(index for index, one in enumerate(found) if one is best)]
        assert all(one.score is None or after_late(one, policy) < after_late(best, policy) for one in before)


@relaxed
@given(attempts, policies)
def test_the_last_attempt_is_the_last_graded_one(found: list[Attempt], policy: LatePolicy) -> None:
    """A fault of ours in a later one takes nothing away."""
    last = counting(found, "last", policy)
    graded = [one for one in found if one.score is not None]
    assert last is (graded[-1] if graded else None)


@relaxed
@given(attempts, policies, st.sampled_from(["best", "last"]))
def test_the_steps_of_a_grade_add_up(found: list[Attempt], policy: LatePolicy, rule) -> None:
    adjustments = [Adjustment("add", 1.5, "why", "me", DUE)]
    grade = grade_of("Ada", "s-1", "toy", found, adjustments, rule=rule, late=policy)
    if grade.raw is None:
        assert grade.final is None
    else:
        assert grade.final == pytest.approx(grade.raw - grade.late_deduction + grade.adjustment)
        assert grade.adjustment == 1.5


def add(points: float) -> Adjustment:
    return Adjustment("add", points, "why", "me", DUE)


def put(points: float) -> Adjustment:
    return Adjustment("set", points, "why", "me", DUE)


@pytest.mark.parametrize(
    ("score", "adjustments", "final"),
    [
        (7.0, [], 7),
        (7.0, [add(2), add(-1)], 8),
        (7.0, [add(2), put(5)], 5),
        (7.0, [put(5), add(2)], 7),
        (7.0, [add(-20)], 0),
        (7.0, [add(-20), add(20)], 7),
        (9.5, [add(2)], 11.5),
        (None, [], None),
        (None, [add(2)], None),
        (None, [put(0)], 0),
        (None, [put(5), add(2)], 7),
    ],
)
def test_adjustments_add_or_set_in_their_order(score, adjustments, final) -> None:
    """Never below nothing, above the maximum where somebody says so, and never out of nothing."""
    assert adjusted(score, adjustments) == final


@pytest.mark.parametrize("later", ["unusable", "ungraded"])
def test_a_later_attempt_without_a_mark_asks_for_a_look(later) -> None:
    found = [attempt(7.0), attempt(None, number=2, status=later)]
    grade = grade_of("Ada", "s-1", "toy", found, [], rule="last", late=LatePolicy())
    assert (grade.final, grade.needs_review) == (7.0, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"due": DUE.replace(tzinfo=None)},
        {"grace": timedelta(seconds=-1)},
        {"grace": timedelta(days=400)},
        {"percent_per_day": -1},
        {"percent_per_day": float("nan")},
        {"at_most": 100.5},
    ],
)
def test_a_policy_that_cannot_be_is_refused(fields) -> None:
    with pytest.raises(UsageError):
        LatePolicy(**fields)


def test_times_at_the_ends_of_the_calendar_are_compared() -> None:
    policy = LatePolicy(due=datetime.max.replace(tzinfo=UTC), grace=timedelta(days=300), percent_per_day=10)
    assert policy.days(datetime.max.replace(tzinfo=UTC)) == 0
    assert policy.days(datetime.min.replace(tzinfo=UTC)) == 0
