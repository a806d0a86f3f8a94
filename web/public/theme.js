// Before the first paint, so that a chosen theme never flashes; a file of its own because nothing may stand inline.
try {
  const theme = localStorage.getItem('mina.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
