/**
 * Replaces references to variables as the kubelet does: `$(NAME)` becomes the value of a known variable and stays as it
 * is otherwise, `$$` becomes `$`, and every other `$` stays. Inserted values are not expanded again.
 *
 * @param isUnknown receives each name that has no value
 * @see https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
export function expand(
  text: string,
  variables: ReadonlyMap<string, string>,
  isUnknown: (name: string) => void = () => {},
): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (written, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = variables.get(name);
    if (value === undefined) isUnknown(name);
    return value ?? written;
  });
}
