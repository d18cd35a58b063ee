/** One thing that a process was told wrongly. */
export interface SettingsProblem {
  /** Environment variable, file, or path of a field. */
  readonly key: string;
  /** What it is now; left out where there is none, and for secrets. */
  readonly value?: string;
  /** What it must be. */
  readonly rule: string;
}

/** The process cannot start with what it was told. Ends it with exit code 78 (EX_CONFIG of sysexits.h). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  static readonly exitCode = 78;
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(
      problems
        .map(
          ({ key, value, rule }) =>
            `${key}${value === undefined ? '' : ` is '${value.slice(0, 100)}'`}: ${rule}`,
        )
        .join('\n'),
    );
    this.problems = problems;
  }
}
