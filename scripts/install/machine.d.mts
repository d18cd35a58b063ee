/** Whether a package of package-lock.json is for a platform. @see machine.mjs */
export function isForPlatform(
  entry: { readonly os?: string | readonly string[]; readonly cpu?: string | readonly string[] },
  machine: { readonly platform: string; readonly arch: string },
): boolean;
