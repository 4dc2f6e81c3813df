/** "jimeng-api 1.6.3": the names are the programs' own. */
export const upstreamName = ({ upstream, version }: { upstream: string | null; version: string | null }): string =>
  [upstream, version].filter(Boolean).join(' ')
