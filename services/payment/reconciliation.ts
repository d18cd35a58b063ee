import { isUuid } from '../kit/fields/uuid.ts';
import type { Background } from '../kit/process/background.ts';
import { Poller } from '../kit/process/poller.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { Metrics } from '../kit/telemetry/metrics.ts';
import { compareCharge, FINDINGS, type ReconciliationFinding } from './compare-charge.ts';
import type { PaymentRow, Payments } from './payments.ts';
import type { PaymentProvider, ProviderCharge } from './provider.ts';
import type { ReconciliationRun, ReconciliationStore } from './reconciliation-store.ts';

export interface ReconciliationOptions {
  readonly payments: Payments;
  readonly provider: PaymentProvider;
  readonly store: ReconciliationStore;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Interval of the runs across all processes, in milliseconds. */
  readonly intervalMs: number;
  /** Minimum age of a charge's last change, in milliseconds: longer than a response may take. */
  readonly ageMs: number;
  /** Overlap with the previous run, in milliseconds, for changes that became visible late and for clock skew. */
  readonly overlapMs: number;
}

/**
 * Compares the payments with the provider's ledger, repairs what it can and reports the rest (compare-charge.ts).
 * Every action is idempotent and safe for two processes at once. An unfinished run is repeated as a whole.
 */
export class Reconciliation implements Background {
  readonly #options: ReconciliationOptions;
  readonly #poller: Poller;

  constructor(options: ReconciliationOptions) {
    this.#options = options;
    const { intervalMs, log, metrics } = options;
    for (const [finding, action] of Object.entries(FINDINGS))
      metrics.count('weft_reconciliation_findings_total', { finding, action }, 0);
    this.#poller = new Poller({
      poll: (signal) => this.run(signal),
      // Bounds the delay of a due run.
      maxPauseMs: Math.max(intervalMs / 4, 1),
      name: 'reconciliation',
      log,
    });
  }

  start(): void {
    this.#poller.start();
  }

  stop(): Promise<void> {
    return this.#poller.stop();
  }

  /** Runs once if a run is due. @returns whether the next run is due at once */
  async run(signal: AbortSignal): Promise<boolean> {
    const { store, metrics, overlapMs, ageMs, intervalMs } = this.#options;
    const run = await store.claim(overlapMs, ageMs);
    if (!run) return false;
    try {
      await this.#compare(run, signal);
      await store.finish(run, run.isBehind ? 0 : intervalMs);
    } catch (error) {
      if (!signal.aborted) metrics.count('weft_reconciliation_runs_total', { result: 'failed' });
      // If this fails as well, the run is due again when its lease expires.
      await store.postpone(signal.aborted ? 0 : intervalMs).catch(() => {});
      throw error;
    }
    metrics.count('weft_reconciliation_runs_total', { result: 'done' });
    return run.isBehind;
  }

  async #compare(run: ReconciliationRun, signal: AbortSignal): Promise<void> {
    const { payments, provider, store } = this.#options;
    const listed = new Set<string>();
    let cursor = '';
    do {
      signal.throwIfAborted();
      await store.renew();
      const page = await provider.list(run, cursor);
      const paymentsByOrder = await payments.findAll(page.charges.map(({ key }) => key).filter(isUuid));
      for (const charge of page.charges) {
        listed.add(charge.key);
        const payment = paymentsByOrder.get(charge.key);
        if (compareCharge(payment, charge)) await this.#examine(charge.key, payment, run);
      }
      cursor = page.nextCursor;
    } while (cursor !== '');
    for await (const rows of payments.captured(run)) {
      signal.throwIfAborted();
      await store.renew();
      for (const payment of rows)
        if (!listed.has(payment.order_id)) await this.#examine(payment.order_id, payment, run);
    }
  }

  /**
   * Reads the charge again, since the payment may be newer than the page. A charge that changed meanwhile is left to
   * a later run: the process that changed it may not have recorded it yet.
   */
  async #examine(key: string, payment: PaymentRow | undefined, { until }: ReconciliationRun): Promise<void> {
    const { provider, store, metrics, log } = this.#options;
    const charge = await provider.find(key);
    if (charge && charge.changedAt > until) return;
    const finding = compareCharge(payment, charge);
    if (!finding) return;
    const action = FINDINGS[finding];
    if (await store.recordFinding(finding, key, charge)) {
      metrics.count('weft_reconciliation_findings_total', { finding, action });
      log[action === 'reported' ? 'error' : 'warn'](`reconciliation: ${finding}`, {
        key,
        action,
        here: payment && { status: payment.status, amount: payment.amount, currency: payment.currency },
        provider: charge && { outcome: charge.outcome, amount: charge.amount, currency: charge.currency },
      });
    }
    if (charge) await this.#repair(finding, charge);
  }

  async #repair(finding: ReconciliationFinding, charge: ProviderCharge): Promise<void> {
    const { payments, provider } = this.#options;
    if (finding === 'unreported') await payments.record(charge.key, charge.outcome);
    if (finding === 'unrecorded') await payments.adopt(charge);
    if (finding === 'unexpected') await payments.record(charge.key, await provider.cancel(charge.key));
  }
}
