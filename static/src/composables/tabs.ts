/** What the tabs of this page tell each other: something was changed, or the login has ended. */
export type News = 'changed' | 'loggedOut'

/** Changes often come in a row; the others look once they are through. */
const pause = 200

/** Hears what other tabs tell; the function that it returns tells them. */
export function joinTabs(hear: (news: News) => void): (news: News) => void {
  // Very old browsers lack it: their tabs agree at the next refresh.
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const channel = new BroadcastChannel('dreamina')
  let waiting: ReturnType<typeof setTimeout> | undefined
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    clearTimeout(waiting)
    waiting = setTimeout(() => hear(data), data === 'changed' ? pause : 0)
  }
  return (news) => channel.postMessage(news)
}
