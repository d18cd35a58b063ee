import { Component, type ComponentChildren, type ComponentType } from 'preact';

/**
 * Returns a component that renders again only if its properties differ, compared one by one.
 * @param render may not use hooks of its own
 */
export function memo<P extends object>(render: (props: P) => ComponentChildren): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !hasEqualFields(this.props, next);
    }

    override render(): ComponentChildren {
      return render(this.props as P);
    }
  };
}

/** Compares without allocations, because the graph compares a thousand elements with every update. */
function hasEqualFields<P extends object>(before: Readonly<P>, next: Readonly<P>): boolean {
  let count = 0;
  for (const key in next) {
    if (before[key] !== next[key]) return false;
    count += 1;
  }
  for (const _ in before) count -= 1;
  return count === 0;
}
