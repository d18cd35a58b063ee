/** A state machine with an initial state, possible transitions and invariants. */
export interface Model<S> {
  readonly initial: S;
  /** Yields the possible transitions of a state, including crashes. */
  next(state: S): Iterable<Transition<S>>;
  /** Describes the invariant that a state violates; undefined if none. */
  findViolation(state: S): string | undefined;
  /** Returns whether a state is an accepted final state. */
  isDone(state: S): boolean;
}

export interface Transition<S> {
  /** Name of the transition, for traces. */
  readonly label: string;
  readonly state: S;
}

export interface Exploration {
  /** Number of reachable states. */
  readonly states: number;
  /** Number of reachable states that are accepted final states. */
  readonly ends: number;
  readonly violation?: Violation;
}

export interface Violation {
  readonly problem: string;
  /** Labels of a shortest sequence of transitions from the initial state. */
  readonly trace: readonly string[];
}

interface Visit<S> {
  readonly state: S;
  readonly from: Visit<S> | undefined;
  readonly label: string;
}

/**
 * Explores all reachable states by breadth-first search. Reports a state that violates an invariant, or else a state from
 * which no final state is reachable, such as a deadlock or a lost update.
 *
 * @param maxStates limit of the search. @default 2000000
 * @throws Error if there are more than `maxStates` states, because the search is then inconclusive
 */
export function explore<S>(model: Model<S>, maxStates = 2_000_000): Exploration {
  const visits = new Map<string, Visit<S>>();
  const predecessors = new Map<string, string[]>();
  const ends: string[] = [];
  const first = { state: model.initial, from: undefined, label: '' };
  const queue: Visit<S>[] = [first];
  visits.set(JSON.stringify(model.initial), first);
  // The loop appends to the queue while it iterates.
  for (const visit of queue) {
    const problem = model.findViolation(visit.state);
    if (problem !== undefined) return { ...counts(visits, ends), violation: violation(problem, visit) };
    const key = JSON.stringify(visit.state);
    if (model.isDone(visit.state)) ends.push(key);
    for (const { label, state } of model.next(visit.state)) {
      const nextKey = JSON.stringify(state);
      const keys = predecessors.get(nextKey);
      if (keys) keys.push(key);
      else predecessors.set(nextKey, [key]);
      if (visits.has(nextKey)) continue;
      const next = { state, from: visit, label };
      visits.set(nextKey, next);
      queue.push(next);
      if (queue.length > maxStates) throw new Error(`more than ${maxStates} states; make the model smaller`);
    }
  }
  const live = statesReaching(ends, predecessors);
  const deadState = queue.find(({ state }) => !live.has(JSON.stringify(state)));
  return {
    ...counts(visits, ends),
    ...(deadState && { violation: violation('no final state is reachable', deadState) }),
  };
}

/** Returns the states from which one of `ends` is reachable. */
function statesReaching(
  ends: readonly string[],
  predecessors: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const states = new Set(ends);
  for (const key of states) for (const predecessor of predecessors.get(key) ?? []) states.add(predecessor);
  return states;
}

function counts(visits: ReadonlyMap<string, unknown>, ends: readonly string[]) {
  return { states: visits.size, ends: ends.length };
}

function violation<S>(problem: string, visit: Visit<S>): Violation {
  const trace: string[] = [];
  for (let at: Visit<S> | undefined = visit; at?.from; at = at.from) trace.unshift(at.label);
  return { problem, trace };
}
