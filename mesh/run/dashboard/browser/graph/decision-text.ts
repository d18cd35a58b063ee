/** Parts of the text about a decision. */
export interface DecisionParts {
  /** Kind of services/kit/client/policy-decision.ts. */
  readonly kind: string;
  readonly detail: string;
  readonly attempt?: number | null;
  readonly endpoint?: string | null;
}

const REFUSALS: Readonly<Record<string, string>> = {
  'not-idempotent': 'the callee may have processed the request, and the method is not idempotent',
  'retry-of-a-retry': 'the request was a retry itself',
  'push-back': 'the callee asked for no retry',
  deadline: 'the deadline would have passed',
  budget: 'the retry budget was used up',
  concurrentRetries: 'the limit of concurrent retries was reached',
};

/** Failures of attempts by `FailureKind` of services/kit/client/call-failure.ts. */
const FAILURES: ReadonlyMap<string, string> = new Map([
  ['unsent', 'no connection'],
  ['refused', 'a refused stream'],
  ['reset', 'a reset'],
  ['timed-out', 'the timeout of the attempt'],
  ['answered', 'an error response'],
  ['begun', 'a broken response'],
]);

/** Describes a decision of the in-app layer in a phrase, without the field that decided. */
export function decisionText({ kind, detail, attempt = null, endpoint = null }: DecisionParts): string {
  const where = endpoint === null ? '' : ` on ${endpoint}`;
  switch (kind) {
    case 'retried':
      return `${attempt === null ? 'retry' : `retry ${attempt}`} after ${FAILURES.get(detail) ?? (detail || 'a failure')}${where}`;
    case 'not-retried':
      return `not retried: ${REFUSALS[detail] ?? detail}`;
    case 'hedged':
      return attempt === null ? 'hedged attempt' : `hedged attempt ${attempt}`;
    case 'limited':
      return `refused by the limit ${detail}`;
    case 'deadline':
      return detail === 'caller' ? 'deadline of the caller passed' : `${detail || 'deadline'} passed`;
    case 'ejected':
      return `endpoint ejected${endpoint === null ? '' : `: ${endpoint}`}`;
    case 'returned':
      return `endpoint returned${endpoint === null ? '' : `: ${endpoint}`}`;
    case 'fault':
      return `injected fault: ${detail}`;
    case 'breaker':
      return `breaker ${detail}`;
    case 'broken':
      return 'refused by the open breaker';
    default:
      return detail === '' ? kind : `${kind}: ${detail}`;
  }
}
