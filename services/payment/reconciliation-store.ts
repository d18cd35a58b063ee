import type { Pool } from 'pg';
import type { ReconciliationFinding } from './compare-charge.ts';
import type { Period, ProviderCharge } from './provider.ts';

/** Lease of a run. No other process claims the run unless the lease expires. */
const LEASE = `interval '1 minute'`;

/** Longest period of one run, which bounds its duration and memory. */
const MAX_PERIOD = `interval '1 hour'`;

const CLAIM = `
  UPDATE reconciliation SET due_at = now() + ${LEASE} WHERE due_at <= now()
  RETURNING position - $1 * interval '1 millisecond' AS since,
    least(now() - $2 * interval '1 millisecond', position + ${MAX_PERIOD}) AS until,
    position + ${MAX_PERIOD} < now() - $2 * interval '1 millisecond' AS "isBehind"`;

const RENEW = `UPDATE reconciliation SET due_at = now() + ${LEASE}`;

const POSTPONE = `UPDATE reconciliation SET due_at = now() + $1 * interval '1 millisecond'`;

const FINISH = `
  UPDATE reconciliation SET position = greatest(position, $1), due_at = now() + $2 * interval '1 millisecond'`;

const INSERT_FINDING = `
  INSERT INTO reconciliation_finding (key, finding, outcome) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

/** A reconciliation run over the charges that changed and the payments that were begun in its period. */
export interface ReconciliationRun extends Period {
  /** Whether charges or payments later than `until` are already due for comparison. */
  readonly isBehind: boolean;
}

/** Stores the progress, lease and findings of reconciliation. */
export class ReconciliationStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Claims the next run. Returns undefined when none is due or another process has it. Both parameters are in
   * milliseconds.
   */
  async claim(overlapMs: number, ageMs: number): Promise<ReconciliationRun | undefined> {
    return (await this.#pool.query<ReconciliationRun>(CLAIM, [overlapMs, ageMs])).rows[0];
  }

  async renew(): Promise<void> {
    await this.#pool.query(RENEW);
  }

  /** Releases an unfinished run; any process may claim it after `pauseMs`. */
  async postpone(pauseMs: number): Promise<void> {
    await this.#pool.query(POSTPONE, [pauseMs]);
  }

  /** Records that `run` is complete. @param pauseMs milliseconds until the next run is due */
  async finish({ until }: ReconciliationRun, pauseMs: number): Promise<void> {
    await this.#pool.query(FINISH, [until, pauseMs]);
  }

  /** Records a finding. Returns whether it is new. */
  async recordFinding(
    finding: ReconciliationFinding,
    key: string,
    charge: ProviderCharge | undefined,
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(INSERT_FINDING, [key, finding, charge?.outcome ?? '']);
    return rowCount === 1;
  }
}
