import type { Happening, Model } from './explore.ts';

/** How the delivery of events may be built wrong. */
export type DeliveryMutant =
  | 'reads what has a higher number than the last'
  | 'saves its position before the effect'
  | 'has no inbox'
  | 'writes the inbox after the effect, in another transaction';

/** An event, of an order. The second of order A is published when its first is. */
const EVENTS = ['A1', 'B1', 'A2'] as const;
type EventName = (typeof EVENTS)[number];
/** Sorts before every transaction. */
const START: Position = { xid: 0, seq: 0 };

interface Position {
  readonly xid: number;
  readonly seq: number;
}

/** The transaction that publishes an event. Its number and that of its row are drawn one after the other. */
interface Publishing extends Position {
  readonly phase: 'waits' | 'begun' | 'written' | 'committed';
}

/** A member of the group, with what it has read and not yet applied. */
interface Member {
  /** Whether it holds the lock of the group. One that lost it without knowing goes on with its batch. */
  readonly leads: boolean;
  readonly batch: readonly EventName[];
  /** The place of the last event of the batch, saved when all are applied. */
  readonly end: Position | null;
  /** Applied, and not yet in the inbox: of a mutant alone. */
  readonly unnoted: EventName | null;
}

interface State {
  readonly published: Readonly<Record<EventName, Publishing>>;
  /** The next transaction, and the next row. */
  readonly nextXid: number;
  readonly nextSeq: number;
  readonly rollbacks: number;
  readonly members: readonly Member[];
  readonly position: Position;
  readonly inbox: readonly EventName[];
  /** Effects in the consumer's store, in order. */
  readonly effects: readonly EventName[];
}

/** Each rollback draws new numbers; one shows what they do. */
const ROLLBACKS = 1;
const IDLE: Member = { leads: false, batch: [], end: null, unnoted: null };

/**
 * Events of two orders on their way from the log of postgres-broker.sql to the effects of one group with two members,
 * as postgres-subscription.ts and inbox.ts do it. Each member may be killed, or lose its lock, between any two steps.
 */
export function deliveryModel(mutant?: DeliveryMutant): Model<State> {
  const waits: Publishing = { phase: 'waits', ...START };
  return {
    initial: {
      published: { A1: waits, B1: waits, A2: waits },
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
    wrong({ effects }) {
      const twice = effects.find((event, index) => effects.indexOf(event) !== index);
      if (twice) return `${twice} was applied twice`;
      return effects.includes('A2') && effects.indexOf('A1') === -1 ? 'A2 was applied before A1' : undefined;
    },
    isDone: ({ effects, members, published }) =>
      EVENTS.every((event) => published[event].phase === 'committed' && effects.includes(event)) &&
      members.every(({ batch, unnoted }) => batch.length === 0 && unnoted === null),
  };
}

function* publish(state: State, event: EventName): Generator<Happening<State>> {
  const { published, nextXid, nextSeq, rollbacks } = state;
  const { phase, xid, seq } = published[event];
  const become = (now: Publishing, rest: Partial<State> = {}) => ({
    ...state,
    ...rest,
    published: { ...published, [event]: now },
  });
  if (phase === 'waits' && (event !== 'A2' || published.A1.phase === 'committed'))
    yield {
      what: `${event}: begin`,
      state: become({ phase: 'begun', xid: nextXid, seq }, { nextXid: nextXid + 1 }),
    };
  if (phase === 'begun')
    yield {
      what: `${event}: insert`,
      state: become({ phase: 'written', xid, seq: nextSeq }, { nextSeq: nextSeq + 1 }),
    };
  if (phase === 'written') {
    yield { what: `${event}: commit`, state: become({ phase: 'committed', xid, seq }) };
    if (rollbacks < ROLLBACKS)
      yield {
        what: `${event}: roll back`,
        state: become({ phase: 'waits', ...START }, { rollbacks: rollbacks + 1 }),
      };
  }
}

function* consume(
  state: State,
  index: number,
  mutant: DeliveryMutant | undefined,
): Generator<Happening<State>> {
  const member = state.members[index] ?? IDLE;
  const { leads, batch, end, unnoted } = member;
  const [event, ...later] = batch;
  const become = (now: Partial<Member>, rest: Partial<State> = {}): State => ({
    ...state,
    ...rest,
    members: state.members.with(index, { ...member, ...now }),
  });
  const step = (what: string, next: State) => ({ what: `member ${index}: ${what}`, state: next });

  if (leads || batch.length > 0) yield step('is killed', become(IDLE));
  if (leads) yield step('loses its lock', become({ leads: false }));
  if (!leads && end === null && state.members.every((other) => !other.leads))
    yield step('leads', become({ leads: true }));
  if (leads && end === null) {
    const found = readable(state, mutant);
    const last = found.at(-1);
    const saves = mutant === 'saves its position before the effect';
    if (last) {
      const position = placeOf(state, last);
      yield step(`reads ${found.join()}`, become({ batch: found, end: position }, saves ? { position } : {}));
    }
  }
  if (unnoted) {
    const inbox = [...state.inbox, unnoted].toSorted();
    yield step(`notes ${unnoted}`, become({ unnoted: null, batch: later }, { inbox }));
  } else if (event) {
    yield apply(event);
  }
  if (end && batch.length === 0) {
    const position = isAfter(end, state.position) ? end : state.position;
    yield step('saves its position', become({ end: null }, { position }));
  }

  function apply(received: EventName): Happening<State> {
    const effects = [...state.effects, received];
    if (mutant === 'has no inbox') return step(`applies ${received}`, become({ batch: later }, { effects }));
    if (state.inbox.includes(received)) return step(`skips ${received}`, become({ batch: later }));
    if (mutant === 'writes the inbox after the effect, in another transaction')
      return step(`applies ${received}`, become({ unnoted: received }, { effects }));
    const inbox = [...state.inbox, received].toSorted();
    return step(`applies ${received}`, become({ batch: later }, { effects, inbox }));
  }
}

/** What a member reads now. */
function readable(state: State, mutant: DeliveryMutant | undefined): readonly EventName[] {
  const { published, position, nextXid } = state;
  const committed = EVENTS.filter((event) => published[event].phase === 'committed');
  const bySeq = (event: EventName) => published[event].seq;
  if (mutant === 'reads what has a higher number than the last')
    return committed.filter((event) => bySeq(event) > position.seq).toSorted((a, b) => bySeq(a) - bySeq(b));
  const underWay = Object.values(published).filter(({ phase }) => phase === 'begun' || phase === 'written');
  const oldest = Math.min(nextXid, ...underWay.map(({ xid }) => xid));
  return committed
    .filter((event) => published[event].xid < oldest && isAfter(published[event], position))
    .toSorted((a, b) => (isAfter(published[a], published[b]) ? 1 : -1));
}

function placeOf({ published }: State, event: EventName): Position {
  const { xid, seq } = published[event];
  return { xid, seq };
}

function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.seq > b.seq);
}
