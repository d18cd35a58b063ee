import type { Pool } from 'pg';
import type { ReconciliationFinding } from './compare-charge.ts';
import type { Period, ProviderCharge } from './provider.ts';

/** How long a run is nobody else's without being renewed. */
const LEASE = `interval '1 minute'`;

/** What one run looks at, at most: so it ends, and what it has to keep in mind fits. */
const LONGEST = `interval '1 hour'`;

const CLAIM = `
  UPDATE reconciliation SET due_at = now() + ${LEASE} WHERE due_at <= now()
  RETURNING position - $1 * interval '1 millisecond' AS since,
    least(now() - $2 * interval '1 millisecond', position + ${LONGEST}) AS until,
    position + ${LONGEST} < now() - $2 * interval '1 millisecond' AS "isBehind"`;

const RENEW = `UPDATE reconciliation SET due_at = now() + ${LEASE}`;

const POSTPONE = `UPDATE reconciliation SET due_at = now() + $1 * interval '1 millisecond'`;

const FINISH = `
  UPDATE reconciliation SET position = greatest(position, $1), due_at = now() + $2 * interval '1 millisecond'`;

const NOTE = `
  INSERT INTO reconciliation_finding (key, finding, outcome) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

/** What a run compares: charges that changed and payments that were begun then. */
export interface ReconciliationRun extends Period {
  /** Whether there is more to compare after it already. */
  readonly isBehind: boolean;
}

/** What reconciliation remembers: how far it has come, whose turn it is, and what was found. */
export class ReconciliationStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The next run; undefined when it is not due, or somebody else's. Both times are milliseconds. */
  async claim(overlapMs: number, ageMs: number): Promise<ReconciliationRun | undefined> {
    return (await this.#pool.query<ReconciliationRun>(CLAIM, [overlapMs, ageMs])).rows[0];
  }

  async renew(): Promise<void> {
    await this.#pool.query(RENEW);
  }

  /** Leaves a run that was not finished to whoever claims it after `pauseMs` milliseconds. */
  async postpone(pauseMs: number): Promise<void> {
    await this.#pool.query(POSTPONE, [pauseMs]);
  }

  /** Notes that all of `run` was compared. @param pauseMs milliseconds until the next is due */
  async finish({ until }: ReconciliationRun, pauseMs: number): Promise<void> {
    await this.#pool.query(FINISH, [until, pauseMs]);
  }

  /** Whether it is found for the first time. */
  async note(
    finding: ReconciliationFinding,
    key: string,
    charge: ProviderCharge | undefined,
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(NOTE, [key, finding, charge?.outcome ?? '']);
    return rowCount === 1;
  }
}
