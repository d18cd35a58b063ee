/** Returns whether a package of package-lock.json supports a platform, by its fields `os` and `cpu`. */
export function isForPlatform({ os, cpu }, { platform, arch }) {
  return allows(os, platform) && allows(cpu, arch);
}

/** Implements npm's rule: a list has either allowed names, or denied names with the prefix `!`. */
function allows(list, name) {
  const names = [list ?? []].flat();
  if (names.includes(`!${name}`)) return false;
  return names.every((one) => one.startsWith('!')) || names.includes(name);
}
