import type { Model, Transition } from './explore.ts';

/** Faulty variants of event delivery that the model must detect. */
export type DeliveryMutant =
  | 'reads by row number instead of transaction order'
  | 'saves its position before the effect'
  | 'has no inbox'
  | 'writes the inbox in a later transaction than the effect';

/** Events of orders A and B. A2 is published after A1. */
const EVENTS = ['A1', 'B1', 'A2'] as const;
type EventName = (typeof EVENTS)[number];
/** Position before all transactions. */
const START: Position = { xid: 0, seq: 0 };

interface Position {
  readonly xid: number;
  readonly seq: number;
}

/** Transaction that publishes an event. Transaction id and row number are assigned in separate steps. */
interface Publication extends Position {
  readonly phase: 'pending' | 'begun' | 'written' | 'committed';
}

/** Member of the consumer group, with the events that it has read but not applied. */
interface Member {
  /** Whether it holds the lock of the group. A member that loses the lock unnoticed continues with its batch. */
  readonly isActive: boolean;
  readonly batch: readonly EventName[];
  /** Position of the last event of the batch, saved after all are applied. */
  readonly end: Position | null;
  /** Applied event that is not in the inbox yet; only in a mutant. */
  readonly unrecorded: EventName | null;
}

interface State {
  readonly published: Readonly<Record<EventName, Publication>>;
  /** Next transaction id and next row number. */
  readonly nextXid: number;
  readonly nextSeq: number;
  readonly rollbacks: number;
  readonly members: readonly Member[];
  readonly position: Position;
  readonly inbox: readonly EventName[];
  /** Effects in the consumer's store, in order of application. */
  readonly effects: readonly EventName[];
}

/** A rollback consumes ids. One suffices to show the effect of gaps. */
const MAX_ROLLBACKS = 1;
const IDLE: Member = { isActive: false, batch: [], end: null, unrecorded: null };

/**
 * Models the delivery of events from the log of postgres-broker.sql to a consumer group with two members, as implemented
 * by postgres-subscription.ts and inbox.ts. Members may crash or lose the lock between any two steps.
 */
export function deliveryModel(mutant?: DeliveryMutant): Model<State> {
  const pending: Publication = { phase: 'pending', ...START };
  return {
    initial: {
      published: { A1: pending, B1: pending, A2: pending },
      nextXid: 1,
      nextSeq: 1,
      rollbacks: 0,
      members: [IDLE, IDLE],
      position: START,
      inbox: [],
      effects: [],
    },
    *next(state) {
      for (const event of EVENTS) yield* publish(state, event);
      for (const index of state.members.keys()) yield* consume(state, index, mutant);
    },
    findViolation({ effects }) {
      const duplicate = effects.find((event, index) => effects.indexOf(event) !== index);
      if (duplicate) return `${duplicate} was applied twice`;
      return effects.includes('A2') && effects.indexOf('A1') === -1 ? 'A2 was applied before A1' : undefined;
    },
    isDone: ({ effects, members, published }) =>
      EVENTS.every((event) => published[event].phase === 'committed' && effects.includes(event)) &&
      members.every(({ batch, unrecorded }) => batch.length === 0 && unrecorded === null),
  };
}

function* publish(state: State, event: EventName): Generator<Transition<State>> {
  const { published, nextXid, nextSeq, rollbacks } = state;
  const { phase, xid, seq } = published[event];
  const change = (publication: Publication, rest: Partial<State> = {}) => ({
    ...state,
    ...rest,
    published: { ...published, [event]: publication },
  });
  if (phase === 'pending' && (event !== 'A2' || published.A1.phase === 'committed'))
    yield {
      label: `${event}: begin`,
      state: change({ phase: 'begun', xid: nextXid, seq }, { nextXid: nextXid + 1 }),
    };
  if (phase === 'begun')
    yield {
      label: `${event}: insert`,
      state: change({ phase: 'written', xid, seq: nextSeq }, { nextSeq: nextSeq + 1 }),
    };
  if (phase === 'written') {
    yield { label: `${event}: commit`, state: change({ phase: 'committed', xid, seq }) };
    if (rollbacks < MAX_ROLLBACKS)
      yield {
        label: `${event}: roll back`,
        state: change({ phase: 'pending', ...START }, { rollbacks: rollbacks + 1 }),
      };
  }
}

function* consume(
  state: State,
  index: number,
  mutant: DeliveryMutant | undefined,
): Generator<Transition<State>> {
  const member = state.members[index] ?? IDLE;
  const { isActive, batch, end, unrecorded } = member;
  const [event, ...later] = batch;
  const change = (memberChange: Partial<Member>, rest: Partial<State> = {}): State => ({
    ...state,
    ...rest,
    members: state.members.with(index, { ...member, ...memberChange }),
  });
  const step = (label: string, next: State) => ({ label: `member ${index}: ${label}`, state: next });

  if (isActive || batch.length > 0) yield step('is killed', change(IDLE));
  if (isActive) yield step('loses its lock', change({ isActive: false }));
  if (!isActive && end === null && state.members.every((other) => !other.isActive))
    yield step('becomes active', change({ isActive: true }));
  if (isActive && end === null) {
    const events = readableEvents(state, mutant);
    const lastEvent = events.at(-1);
    const saves = mutant === 'saves its position before the effect';
    if (lastEvent) {
      const position = positionOf(state, lastEvent);
      yield step(
        `reads ${events.join()}`,
        change({ batch: events, end: position }, saves ? { position } : {}),
      );
    }
  }
  if (unrecorded) {
    const inbox = [...state.inbox, unrecorded].toSorted();
    yield step(`records ${unrecorded}`, change({ unrecorded: null, batch: later }, { inbox }));
  } else if (event) {
    yield apply(event);
  }
  if (end && batch.length === 0) {
    const position = isAfter(end, state.position) ? end : state.position;
    yield step('saves its position', change({ end: null }, { position }));
  }

  function apply(received: EventName): Transition<State> {
    const effects = [...state.effects, received];
    if (mutant === 'has no inbox') return step(`applies ${received}`, change({ batch: later }, { effects }));
    if (state.inbox.includes(received)) return step(`skips ${received}`, change({ batch: later }));
    if (mutant === 'writes the inbox in a later transaction than the effect')
      return step(`applies ${received}`, change({ unrecorded: received }, { effects }));
    const inbox = [...state.inbox, received].toSorted();
    return step(`applies ${received}`, change({ batch: later }, { effects, inbox }));
  }
}

/** Returns the events that a member would read in this state. */
function readableEvents(state: State, mutant: DeliveryMutant | undefined): readonly EventName[] {
  const { published, position, nextXid } = state;
  const committed = EVENTS.filter((event) => published[event].phase === 'committed');
  const bySeq = (event: EventName) => published[event].seq;
  if (mutant === 'reads by row number instead of transaction order')
    return committed.filter((event) => bySeq(event) > position.seq).toSorted((a, b) => bySeq(a) - bySeq(b));
  const openTransactions = Object.values(published).filter(
    ({ phase }) => phase === 'begun' || phase === 'written',
  );
  const oldestXid = Math.min(nextXid, ...openTransactions.map(({ xid }) => xid));
  return committed
    .filter((event) => published[event].xid < oldestXid && isAfter(published[event], position))
    .toSorted((a, b) => (isAfter(published[a], published[b]) ? 1 : -1));
}

function positionOf({ published }: State, event: EventName): Position {
  const { xid, seq } = published[event];
  return { xid, seq };
}

function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.seq > b.seq);
}
