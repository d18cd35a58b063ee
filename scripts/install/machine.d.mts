/** Returns whether a package of package-lock.json supports a platform. @see machine.mjs */
export function isForPlatform(
  entry: { readonly os?: string | readonly string[]; readonly cpu?: string | readonly string[] },
  machine: { readonly platform: string; readonly arch: string },
): boolean;
