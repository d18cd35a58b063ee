import { type Html, html } from '../../kit/edge/html.ts';
import type { Formats } from '../format/formats.ts';

/** Returns an instant. Without JavaScript it is shown in UTC, otherwise in the time zone of the browser. */
export function timeElement(instant: Date | undefined, formats: Formats): Html {
  if (!instant) return html``;
  return html`<time datetime="${instant.toISOString()}" data-locale="${formats.locale}">${formats.time(instant)}</time>`;
}
