/**
 * The path that the page and its API are served under, with a slash at its end: "/", or "/dreamina/" behind another
 * own nginx. Known from where this script was fetched: one folder below it, built (assets/) or not (src/).
 */
export const base = new URL(/* @vite-ignore */ '..', import.meta.url).pathname
