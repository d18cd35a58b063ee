import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Explains why there is nothing to show, and what to do. */
export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Shows why a request failed. */
export function ProblemNote({ problem }: { readonly problem: string | null }) {
  if (problem === null) return null;
  return (
    <p class="note bad" role="alert">
      <Icon name="error" />
      <span>{problem}</span>
    </p>
  );
}

interface BadgeProps {
  readonly tone: 'good' | 'bad' | 'warn' | 'neutral';
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

/** Renders a short state as text on its color. */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span class={`badge ${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}
