/** A file as a page of documentation shows it: a fenced block whose info string names a path after the language. */
export interface DocumentedFile {
  readonly path: string;
  readonly content: string;
}

/** The files that a page shows, in its order. */
export function documentedFiles(page: string): readonly DocumentedFile[] {
  return [...page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, path = '', content = '']) => ({
    path,
    content,
  }));
}
