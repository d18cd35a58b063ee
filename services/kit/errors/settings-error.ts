/** One wrong setting of a process. */
export interface SettingsProblem {
  /** Environment variable, file, or path of a field. */
  readonly key: string;
  /** The current value. Omitted for secrets and for missing values. */
  readonly value?: string;
  /** The rule that the value must follow. */
  readonly rule: string;
}

/** Wrong settings that prevent a process from starting. It exits with code 78 (EX_CONFIG of sysexits.h). */
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
