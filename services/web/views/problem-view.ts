import { type Html, html } from '../../kit/edge/html.ts';
import type { ServiceError } from '../../kit/errors/service-error.ts';
import type { Visitor } from '../http/visit.ts';
import type { PageFrame } from './page-frame.ts';

interface ProblemContent {
  readonly error: ServiceError;
  readonly status: number;
  readonly requestId: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'This request cannot be read',
  403: 'You may not do this',
  404: 'This page does not exist',
  405: 'This page does not support that',
  408: 'The form took too long to arrive',
  413: 'The form is too large',
  415: 'This kind of form is not supported',
  429: 'Too many requests',
};

const HINTS: Readonly<Record<number, string>> = {
  403: 'Your account lacks the permission for this page, or the form was sent from another site.',
  404: 'It may have moved, or the address has a typo.',
  429: 'Wait a few seconds, then try again.',
};

/** Returns the page that explains an error. It names the request, by which the log has the details. */
export function problemView(frame: PageFrame, visitor: Visitor, { status, requestId }: ProblemContent): Html {
  const isFailure = status >= 500;
  const title = TITLES[status] ?? (isFailure ? 'Something went wrong' : 'This did not work');
  const hint =
    HINTS[status] ??
    (isFailure
      ? 'It is not your fault. Try again in a moment.'
      : 'Go back, check your input, and try again.');
  return frame(
    {
      title,
      main: html`<div class="narrow problem-page"><p class="eyebrow">${status}</p><h1>${title}</h1><p>${hint}</p>
<p><a class="button" href="/">Browse products</a></p>
<p class="hint">Request <span class="mono">${requestId}</span></p></div>`,
    },
    visitor,
  );
}
