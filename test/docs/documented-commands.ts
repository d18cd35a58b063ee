/** The commands that a page of documentation shows: its `sh` blocks, in its order. */
export function documentedCommands(page: string): readonly string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
}
