import { type Html, html } from '../../kit/edge/html.ts';
import { ACCOUNT_NAME, EMAIL, PASSWORD } from '../../proto/limits.ts';
import type { Visitor } from '../http/visit.ts';
import { formField } from './form-field.ts';
import { type FormProblem, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';

export interface AccountForm {
  /** Page to show after signing in. */
  readonly returnPath: string;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly problem?: FormProblem | undefined;
}

/** Returns the form with which a customer signs in. */
export function signInView(frame: PageFrame, visitor: Visitor, form: AccountForm): Html {
  const { returnPath, email, problem } = form;
  return frame(
    {
      title: 'Sign in',
      main: html`<div class="narrow"><h1>Sign in</h1>
${problemNotice(problem)}
<form class="panel" action="/sign-in" method="post">
<input type="hidden" name="return" value="${returnPath}">
${formField({ name: 'email', label: 'Email address', type: 'email', value: email ?? '', autocomplete: 'username', maxLength: EMAIL.max }, problem)}
${formField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', maxLength: PASSWORD.max }, problem)}
<button class="button wide" type="submit">Sign in</button>
</form>
<p>New here? <a href="/sign-up${returnQuery(returnPath)}">Create an account</a></p></div>`,
    },
    visitor,
  );
}

/** Returns the form with which a customer creates an account. */
export function signUpView(frame: PageFrame, visitor: Visitor, form: AccountForm): Html {
  const { returnPath, email, name, problem } = form;
  const hint = `At least ${PASSWORD.min} characters, of any kind.`;
  return frame(
    {
      title: 'Create an account',
      main: html`<div class="narrow"><h1>Create an account</h1>
${problemNotice(problem)}
<form class="panel" action="/sign-up" method="post">
<input type="hidden" name="return" value="${returnPath}">
${formField({ name: 'name', label: 'Name', value: name ?? '', autocomplete: 'name', maxLength: ACCOUNT_NAME.max }, problem)}
${formField({ name: 'email', label: 'Email address', type: 'email', value: email ?? '', autocomplete: 'username', maxLength: EMAIL.max }, problem)}
${formField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', minLength: PASSWORD.min, maxLength: PASSWORD.max, hint }, problem)}
<button class="button wide" type="submit">Create account</button>
</form>
<p>Have an account? <a href="/sign-in${returnQuery(returnPath)}">Sign in</a></p></div>`,
    },
    visitor,
  );
}

function returnQuery(returnPath: string): string {
  return returnPath === '/' ? '' : `?return=${encodeURIComponent(returnPath)}`;
}
