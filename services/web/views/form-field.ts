import { type Html, html } from '../../kit/edge/html.ts';
import type { FormProblem } from './form-problem.ts';

/** A field of a form, with its label. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** @default text */
  readonly type?: 'text' | 'email' | 'password' | 'number';
  readonly value?: string;
  /** @default none */
  readonly hint?: string;
  /** Token of the HTML attribute `autocomplete`. @default off */
  readonly autocomplete?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  /** @default true */
  readonly isRequired?: boolean;
  /** Keyboard of a phone: `decimal`. @default that of the type */
  readonly inputMode?: 'decimal' | 'numeric';
}

/** Returns a labelled field. A field with a problem is marked, and described by the problem. */
export function formField(field: FormField, problem?: FormProblem): Html {
  const { name, label, type = 'text', value = '', hint, autocomplete = 'off', isRequired = true } = field;
  const error = problem?.fields.get(name);
  const descriptions = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${type === 'password' ? '' : value}" autocomplete="${autocomplete}"${limits(field)}${isRequired && html` required`}${
    descriptions !== '' && html` aria-describedby="${descriptions}"`
  }${error !== undefined && html` aria-invalid="true"`}>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error && html`<p class="field-error" id="${name}-error">${error}</p>`}
</div>`;
}

function limits({ minLength, maxLength, min, max, inputMode }: FormField): Html {
  const attributes = { minlength: minLength, maxlength: maxLength, min, max, inputmode: inputMode };
  return html`${Object.entries(attributes).map(([name, value]) =>
    value === undefined ? html`` : html` ${name}="${value}"`,
  )}`;
}
