import { formatNumberOf, withUnit } from './figures.ts';

const DAY_MS = 86_400_000;
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Formats a time of day with milliseconds, in the time zone of the browser: `16:03:12.042`. */
export function formatClock(time: number): string {
  const fraction = String(Math.floor(((time % 1_000) + 1_000) % 1_000)).padStart(3, '0');
  return `${CLOCK.format(time)}.${fraction}`;
}

/** Formats a time of day in seconds, with the date if it is more than a day before `now`. */
export function formatTime(time: number, now: number): string {
  return now - time > DAY_MS ? `${DAY.format(time)} ${CLOCK.format(time)}` : CLOCK.format(time);
}

/** Formats the time that has passed: `12 s`, `3 min`, `2 h 10 min`, `3 days`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return withUnit(String(seconds), 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withUnit(String(minutes), 'min');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${withUnit(String(hours), 'h')} ${withUnit(String(minutes % 60), 'min')}`;
  return formatNumberOf(Math.floor(hours / 24), 'day');
}
