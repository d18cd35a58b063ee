interface LoadMoreProps {
  readonly list: { readonly hasMore: boolean; readonly isLoading: boolean; readonly loadMore: () => void };
}

/** Reads the next page of a list. Absent at the end of the list. */
export function LoadMore({ list: { hasMore, isLoading, loadMore } }: LoadMoreProps) {
  if (!hasMore) return null;
  return (
    <p class="more">
      <button type="button" class="button" disabled={isLoading} onClick={loadMore}>
        Load more
      </button>
    </p>
  );
}
