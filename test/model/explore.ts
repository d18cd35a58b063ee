/** A system as a set of states: where it begins, what may happen, and what must hold. */
export interface Model<S> {
  readonly initial: S;
  /** All that may happen in a state, and where it leads. A crash is something that may happen. */
  next(state: S): Iterable<Happening<S>>;
  /** What is wrong with a state. */
  wrong(state: S): string | undefined;
  /** Whether a state is a good end. */
  isDone(state: S): boolean;
}

export interface Happening<S> {
  readonly what: string;
  readonly state: S;
}

export interface Exploration {
  readonly states: number;
  /** States that are a good end. */
  readonly ends: number;
  readonly violation?: Violation;
}

export interface Violation {
  readonly problem: string;
  /** What happened, from the beginning: no shorter way leads there. */
  readonly trace: readonly string[];
}

interface Visit<S> {
  readonly state: S;
  readonly from: Visit<S> | undefined;
  readonly what: string;
}

/**
 * Goes through every state that can be reached, nearest first. Finds a state that is wrong, or else one from which no
 * good end can be reached any more, whatever happens: something was lost there.
 *
 * @throws Error with more than `limit` states: then nothing was shown
 */
export function explore<S>(model: Model<S>, limit = 2_000_000): Exploration {
  const visits = new Map<string, Visit<S>>();
  const before = new Map<string, string[]>();
  const ends: string[] = [];
  const first = { state: model.initial, from: undefined, what: '' };
  const queue: Visit<S>[] = [first];
  visits.set(JSON.stringify(model.initial), first);
  // Grows while it is gone through.
  for (const visit of queue) {
    const problem = model.wrong(visit.state);
    if (problem !== undefined) return { ...counts(visits, ends), violation: violation(problem, visit) };
    const key = JSON.stringify(visit.state);
    if (model.isDone(visit.state)) ends.push(key);
    for (const { what, state } of model.next(visit.state)) {
      const nextKey = JSON.stringify(state);
      const known = before.get(nextKey);
      if (known) known.push(key);
      else before.set(nextKey, [key]);
      if (visits.has(nextKey)) continue;
      const next = { state, from: visit, what };
      visits.set(nextKey, next);
      queue.push(next);
      if (queue.length > limit) throw new Error(`more than ${limit} states; make the model smaller`);
    }
  }
  const saved = reaching(ends, before);
  const lost = queue.find(({ state }) => !saved.has(JSON.stringify(state)));
  const found = lost && { violation: violation('no good end can be reached any more', lost) };
  return { ...counts(visits, ends), ...found };
}

/** All from which one of `ends` can be reached. */
function reaching(ends: readonly string[], before: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(ends);
  for (const key of found) for (const earlier of before.get(key) ?? []) found.add(earlier);
  return found;
}

function counts(visits: ReadonlyMap<string, unknown>, ends: readonly string[]) {
  return { states: visits.size, ends: ends.length };
}

function violation<S>(problem: string, visit: Visit<S>): Violation {
  const trace: string[] = [];
  for (let at: Visit<S> | undefined = visit; at?.from; at = at.from) trace.unshift(at.what);
  return { problem, trace };
}
