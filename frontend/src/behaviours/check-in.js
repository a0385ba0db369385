// A button with data-check-in asks for the position once, fills the hidden fields of its form, and sends the form either way.
const WAIT = 8000

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-check-in]')
  const form = button?.form ?? button?.closest('form')
  if (!form || button.dataset.located) return
  event.preventDefault()
  button.setAttribute('aria-busy', 'true')
  fill(form, await position())
  button.removeAttribute('aria-busy')
  button.dataset.located = '1'
  form.requestSubmit(button.type === 'submit' ? button : undefined)
  setTimeout(() => delete button.dataset.located, 1000)
})

function position() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve({ refused: 'unsupported' })
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => resolve({ lat: coords.latitude.toFixed(6), lng: coords.longitude.toFixed(6), accuracy: Math.ceil(coords.accuracy), taken_at: new Date(timestamp).toISOString() }),
      ({ code }) => resolve({ refused: ['', 'denied', 'unavailable', 'timeout'][code] }),
      { enableHighAccuracy: true, timeout: WAIT, maximumAge: 0 },
    )
  })
}

function fill(form, values) {
  const all = { lat: '', lng: '', accuracy: '', taken_at: new Date().toISOString(), location_refused: values.refused ?? '', ...values }
  for (const name of ['lat', 'lng', 'accuracy', 'taken_at', 'location_refused']) {
    let field = form.elements.namedItem(name)
    if (!field) {
      field = Object.assign(document.createElement('input'), { type: 'hidden', name })
      form.append(field)
    }
    field.value = all[name] ?? ''
  }
}
