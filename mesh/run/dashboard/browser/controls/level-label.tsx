/** Shows the level of a log. */
export function LevelLabel({ level }: { readonly level: string }) {
  return <span class={`level ${level}`}>{level}</span>;
}
