/** Writes a note to standard error, after the seconds since the process started. */
export function noteProgress(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
}
