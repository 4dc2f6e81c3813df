// Runs before the first paint, so that a dark page never flashes white. It is a file of its own because
// the Content-Security-Policy allows no inline script. Key and values are those of src/composables/theme.ts.
;(function () {
  var wanted = null
  try {
    wanted = localStorage.getItem('dreamina.theme')
  } catch {
    // Storage may be switched off; the system's theme serves then.
  }
  var dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.add(dark ? 'dark' : 'light')
})()
