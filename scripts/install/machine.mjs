/** Whether a package of package-lock.json is for a platform, by its fields `os` and `cpu`. */
export function isForPlatform({ os, cpu }, { platform, arch }) {
  return allows(os, platform) && allows(cpu, arch);
}

/** npm's rule: a list of names, or of names to leave out, each with a `!`. */
function allows(list, name) {
  const names = [list ?? []].flat();
  if (names.includes(`!${name}`)) return false;
  return names.every((one) => one.startsWith('!')) || names.includes(name);
}
