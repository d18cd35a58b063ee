import { type Html, html } from '../../kit/edge/html.ts';
import { ServiceError } from '../../kit/errors/service-error.ts';

/** Why a form was refused, for the person who filled it in. */
export interface FormProblem {
  readonly message: string;
  /** Problems of fields by their names. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Messages of errors that the person can correct. */
const MESSAGES: Readonly<Record<string, string>> = {
  'wrong-credentials': 'The email address or the password is wrong. Check both.',
  'email-taken': 'An account with this email address already exists. Sign in, or use another address.',
  'unknown-payment-token': 'The payment provider does not know this card. Use another one.',
  'out-of-stock': 'A product sold out, or has fewer units left than you want. Change the quantity.',
  'unknown-product': 'A product is no longer available. Remove it from the cart.',
  'currency-mismatch': 'The products are priced in different currencies. Order them separately.',
  overloaded: 'The shop is very busy. Try again in a few seconds.',
  'malformed-body': 'The text cannot be read.',
};

/**
 * Returns the problem of a form.
 * @param names labels of the fields by their names in the request of the service
 * @throws the error, if the person cannot correct it
 */
export function formProblemOf(error: unknown, names: Readonly<Record<string, string>> = {}): FormProblem {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === 'invalid-request') {
    const fields = new Map(
      error.violations.map(({ field, description }) => {
        const name = field.split('.').at(-1) ?? field;
        return [name, `${names[name] ?? name} ${description}`] as const;
      }),
    );
    const [first = 'Check the fields.'] = fields.values();
    return { message: fields.size > 1 ? 'Check the marked fields.' : first, fields };
  }
  const message = Object.hasOwn(MESSAGES, error.code) ? MESSAGES[error.code] : undefined;
  if (message === undefined) throw error;
  return { message, fields: new Map() };
}

/** Returns the problem of a single field. */
export function fieldProblem(name: string, message: string): FormProblem {
  return { message, fields: new Map([[name, message]]) };
}

/** Returns the message above a form. Screen readers announce it. */
export function problemNotice(problem: FormProblem | undefined): Html {
  return problem ? notice('problem', problem.message) : html``;
}

/** Returns a message about the page. */
export function notice(kind: 'problem' | 'success' | 'info', text: string | Html): Html {
  return html`<div class="notice ${kind}" role="${kind === 'problem' ? 'alert' : 'status'}"><p>${text}</p></div>`;
}
