import { Component, type ComponentChildren, type ComponentType } from 'preact';

/**
 * Returns a component that renders again only if its properties differ, compared one by one.
 * @param render may not use hooks of its own
 */
export function memo<P extends object>(render: (props: P) => ComponentChildren): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]);
      return [...keys].some((key) => this.props[key as keyof typeof this.props] !== next[key as keyof P]);
    }

    override render(): ComponentChildren {
      return render(this.props as P);
    }
  };
}
