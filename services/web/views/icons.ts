import { type Html, html } from '../../kit/edge/html.ts';

/** Returns the logo: threads that cross. */
export function logo(): Html {
  return html`<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9" fill="currentColor"/><path d="M8 11h16M8 16h16M8 21h16" stroke="#fff" stroke-width="2.4" stroke-linecap="round" opacity=".55"/><path d="M11 8v4M11 15v9M16 8v9M16 20v4M21 8v4M21 15v9" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>`;
}

/** Returns a magnifying glass. */
export function searchIcon(): Html {
  return html`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true" focusable="false"><circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/></svg>`;
}

/** Returns a shopping bag. */
export function cartIcon(): Html {
  return html`<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M5 8h14l1 12H4z"/><path d="M9 10V7a3 3 0 0 1 6 0v3"/></svg>`;
}
